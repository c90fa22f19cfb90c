// The run that is open, and what every part of the page needs of it.

import { Blocks } from './blocks.js';

/** What is on the page: the component, the table of colours, the run that is open and the one it is compared with. */
export const view = { self: null, colours: null, run: null, before: null };

/** A run from what the station says of it. Its blocks look at the run itself, so that what is farthest from the frame shown goes first. */
export function opened(descriptor) {
  const image = new ImageData(descriptor.columns, descriptor.rows);
  const stage = new OffscreenCanvas(descriptor.columns, descriptor.rows);
  const run = {
    ...descriptor,
    at: 0, playing: false, speed: 1, from: 0, fromAt: 0, isSubtracted: false,
    window: { low: descriptor.low, high: descriptor.high },
    subWindow: null,
    image, pixels: new Uint32Array(image.data.buffer), stage, pen: stage.getContext('2d'),
    grey: new Uint32Array(65536), greyFor: '', drawn: '', drawing: null, curves: [], curvesBefore: [], map: null, mapStage: null,
  };
  run.stored = new Blocks(run, false);
  run.sub = run.subtracted ? new Blocks(run, true) : null;
  return run;
}

/** Blocks of what is shown: as stored, or subtracted. */
export const shown = run => run.isSubtracted ? run.sub : run.stored;

/** When a frame was taken, s from the first; a run without times plays at 15 a second. */
export const seconds = (run, k) => run.seconds ? run.seconds[k] : k / 15;

/** How long one showing lasts: the last frame stands as long as the one before it. */
export const length = run => run.frames > 1 ? seconds(run, run.frames - 1) + (seconds(run, run.frames - 1) - seconds(run, run.frames - 2)) : 1;
