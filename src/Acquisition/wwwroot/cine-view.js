// Draws a run from raw frames of the station: cine, subtraction, window, regions drawn by hand, curves and maps. docs/cine-stream.md.
// Nothing is decided here: figures, maps and scales come from the station; these files turn numbers into grey and colour.

import { place, wipe } from './cine/canvas.js';
import { curves as drawCurves } from './cine/curves.js';
import { clear, stats } from './cine/evenness.js';
import { beforePicture, frames, keepPicture } from './cine/frames.js';
import { keydown, press } from './cine/keys.js';
import { fetchMap, mapPicture } from './cine/map.js';
import { advance } from './cine/playing.js';
import { drag, drop, lift } from './cine/regions.js';
import { opened, view } from './cine/run.js';

let attached = false;

function tick() {
  if (!attached) { return; }
  requestAnimationFrame(tick);
  const { run } = view;
  if (!run || document.hidden) { return; }
  advance(run);
  frames();
  drawCurves();
  if (run.mapStage) { mapPicture(); }
  beforePicture();
}

function pointerdown(event) {
  const button = event.target.closest('[data-key]');
  if (button && event.button === 0) { event.preventDefault(); press(button.dataset.key, event.shiftKey); return; }
  if (event.target.id === 'cine') { lift(event); }
}

const click = event => event.target.closest('[data-plain]')?.blur();
const listeners = { keydown, pointerdown, pointermove: drag, pointerup: drop, click };

/** The component is there. */
export function attach(component, table) {
  view.self = component;
  view.colours = Uint8Array.from(atob(table), c => c.charCodeAt(0));
  if (!attached) {
    attached = true;
    for (const [name, listener] of Object.entries(listeners)) { document.addEventListener(name, listener); }
    requestAnimationFrame(tick);
  }
}

export function detach() {
  attached = false;
  [view.run, view.before] = [null, null];
  for (const [name, listener] of Object.entries(listeners)) { document.removeEventListener(name, listener); }
}

export function open(descriptor) {
  document.querySelector('.reading nav [aria-current=true]')?.scrollIntoView({ block: 'nearest' });
  view.run = descriptor ? opened(descriptor) : null;
  clear();
  if (!view.run) { ['cine', 'curves', 'map'].forEach(wipe); } else { mapPicture(); }
}

/** Curves of the regions; those of the run before only where the station says that the two may be compared. */
export function curves(list, before) {
  if (view.run) { [view.run.curves, view.run.curvesBefore] = [list, before]; }
}

/** The frame that stands there is kept beside the next run, or is let go. */
export function before(isKept) {
  if (isKept) { keepPicture(); } else { view.before = null; }
}

export function map(order) {
  if (view.run) { fetchMap(order); }
}

/** For the measurement and the tests: what is shown, and how evenly. */
globalThis.cineView = {
  clear,
  stats,
  state() {
    const { run } = view;
    return run && {
      at: run.at, frames: run.frames, playing: run.playing, subtracted: run.isSubtracted, drawing: run.drawing !== null, window: run.isSubtracted ? run.subWindow : run.window,
      held: run.stored.held.size, blocks: run.stored.count, regions: run.curves.length, before: run.curvesBefore.length, map: run.map?.name ?? null, drawn: run.drawn,
    };
  },
  pixel: (x, y) => [...view.run.pen.getImageData(x, y, 1, 1).data],
  mapPixel: (x, y) => view.run.mapStage && [...view.run.mapStage.getContext('2d').getImageData(x, y, 1, 1).data],
  place() {
    const box = document.getElementById('cine').getBoundingClientRect(), p = place(view.run, box.width, box.height);
    return { x: box.left + p.x, y: box.top + p.y, scale: p.scale };
  },
};
