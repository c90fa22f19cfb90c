// Keys of the page: its own, those of a region that is drawn, and those the station decides on.

import { play, step } from './playing.js';
import { drawKey } from './regions.js';
import { view } from './run.js';
import { reset, shift } from './window.js';

const own = new Set([' ', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 's', 'd', 'w', '<', '>']);
const stations = new Set(['PageDown', 'PageUp', 'x', 'm', 'k', 'b', 'g', 'r', 'l', 't', 'Escape', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);

export function press(key, isShifted) {
  const { run, self } = view;
  if (!run) {
    if (stations.has(key)) { self?.invokeMethodAsync('OnKey', key, 1); return true; }
    return false;
  }
  if (run.drawing) { return drawKey(key, isShifted); }
  const scoring = document.querySelector('.reading')?.dataset.scoring !== undefined;
  if (scoring && stations.has(key)) { play(run, false); self?.invokeMethodAsync('OnKey', key, run.at + 1); return true; }
  if (own.has(key)) {
    if (key === ' ') { play(run, !run.playing); }
    if (key === 'ArrowLeft' || key === 'ArrowRight') { step(run, key === 'ArrowRight' ? 1 : -1); }
    if (key === 'Home' || key === 'End') { play(run, false); run.at = key === 'Home' ? 0 : run.frames - 1; }
    if (key === 'ArrowUp' || key === 'ArrowDown') { shift(run, key, isShifted); }
    if (key === 'w') { reset(run); }
    if (key === 's' && run.sub) { run.isSubtracted = !run.isSubtracted; run.drawn = ''; }
    if (key === 'd' && run.sub) { play(run, false); run.drawing = { corners: [], cross: null }; }
    if (key === '<' || key === '>') { run.speed = Math.min(4, Math.max(0.25, run.speed * (key === '>' ? 2 : 0.5))); play(run, run.playing); }
    return true;
  }
  if (stations.has(key)) {
    self?.invokeMethodAsync('OnKey', key, run.at + 1);
    return true;
  }
  return false;
}

export function keydown(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const typing = event.target.closest('input, textarea, select');
  const native = event.target.closest('button, a') && event.target.matches(':focus-visible') && (key === ' ' || key === 'Enter');
  if (event.ctrlKey || event.altKey || event.metaKey || native) { return; }
  if (typing) {
    if (key === 'Escape') { event.target.blur(); }
    return;
  }
  if (press(key, event.shiftKey)) { event.preventDefault(); }
}
