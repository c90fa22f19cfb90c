// The frame that is due, as stored or with the mask taken off, and what stands on it.

import { fit, label, place } from './canvas.js';
import { drew } from './evenness.js';
import { drawing, outlines } from './regions.js';
import { seconds, shown, view } from './run.js';
import { grey, settle } from './window.js';

/** Answers whether the frame that is due stood there. */
export function frames() {
  const { run } = view;
  const canvas = document.getElementById('cine');
  if (!canvas || !canvas.clientWidth) { return true; }
  const blocks = shown(run);
  blocks.want(run.at);
  const frame = blocks.get(run.at);
  if (run.isSubtracted && frame) { settle(run); }
  const { g, w, h } = fit(canvas), p = place(run, w, h);
  if (frame && (!run.isSubtracted || run.subWindow)) {
    grey(run);
    const key = `${run.at} ${run.isSubtracted}`;
    if (run.drawn !== key) {
      const { pixels, grey: lut } = run;
      for (let i = 0; i < frame.length; i++) { pixels[i] = lut[frame[i]]; }
      run.pen.putImageData(run.image, 0, 0);
      run.drawn = key;
      if (run.playing) { drew(); }
    }
  }
  g.clearRect(0, 0, w, h);
  g.imageSmoothingEnabled = p.scale < 3;
  g.drawImage(run.stage, p.x, p.y, run.columns * p.scale, run.rows * p.scale);
  outlines(g, p, run.curves);
  drawing(g, p);
  const left = run.subtracted?.left[run.at] && run.isSubtracted;
  label(g, `${run.at + 1} / ${run.frames}${run.seconds ? `   ${seconds(run, run.at).toFixed(2)} s` : run.frames > 1 ? '   no frame times' : ''}`, 10, h - 12);
  if (run.isSubtracted) { label(g, left ? 'subtracted: this frame could not be aligned' : 'subtracted', 10, 22); }
  const size = run.isSubtracted ? run.subWindow && `density ${((run.subWindow.low - run.subtracted.zero) / run.subtracted.steps).toFixed(2)} to ${((run.subWindow.high - run.subtracted.zero) / run.subtracted.steps).toFixed(2)}` : `window ${Math.round(run.window.low)} to ${Math.round(run.window.high)}`;
  if (size) { label(g, size, w - 10, h - 12, '#fff', 'right'); }
  if (run.playing && run.speed !== 1) { label(g, `${run.speed}×`, w - 10, 22, '#ff0', 'right'); }
  if (run.drawing) { label(g, 'draw: drag, or arrows and Enter; C closes, Esc leaves', 10, run.isSubtracted ? 44 : 22, '#ff0'); }
  if (blocks.failed) { label(g, blocks.failed, 10, h / 2, '#ff7a63'); }
  else if (!frame) { label(g, 'fetching', 10, h / 2); }
  return frame !== null;
}

/** Keeps the frame that stands there, with its regions, to be looked at beside another run. */
export function keepPicture() {
  const { run } = view, stage = new OffscreenCanvas(run.columns, run.rows);
  stage.getContext('2d').drawImage(run.stage, 0, 0);
  const words = `before, frame ${run.at + 1}${run.seconds ? `, ${seconds(run, run.at).toFixed(2)} s` : ''}${run.isSubtracted ? ', subtracted' : ''}`;
  view.before = { stage, rows: run.rows, columns: run.columns, curves: run.curves, words };
}

/** The picture that was kept. */
export function beforePicture() {
  const canvas = document.getElementById('before'), { before } = view;
  if (!canvas || !canvas.clientWidth || !before) { return; }
  const { g, w, h } = fit(canvas), p = place(before, w, h);
  g.clearRect(0, 0, w, h);
  g.imageSmoothingEnabled = p.scale < 3;
  g.drawImage(before.stage, p.x, p.y, before.columns * p.scale, before.rows * p.scale);
  outlines(g, p, before.curves);
  label(g, before.words, 10, h - 12);
}
