// Regions drawn by hand, with a pointer or with the keys alone.

import { label, outline, place } from './canvas.js';
import { view } from './run.js';

const mostCorners = 600, stepPx = 2;
export const regionColours = ['#56c8a6', '#e6a23c', '#5ab4ea', '#f0c04a', '#d58ad8', '#ff7a63', '#b8d66b', '#c7ccd1'];
export const onWhite = ['#00795a', '#a35c00', '#00619e', '#7d5600', '#8a3f8f', '#b3261e', '#5c7a16', '#4a5c64'];

/** Outlines with their numbers. */
export function outlines(g, p, curves) {
  curves.forEach((curve, k) => {
    g.lineWidth = 4;
    g.strokeStyle = '#000';
    outline(g, curve.corners, p, true);
    g.lineWidth = 2;
    g.strokeStyle = regionColours[k];
    outline(g, curve.corners, p, true);
    label(g, String(k + 1), p.x + Math.max(...curve.corners.filter((_, i) => i % 2 === 0)) * p.scale + 4, p.y + curve.corners[1] * p.scale + 5, regionColours[k]);
  });
}

/** The line that is being drawn, and its cross. */
export function drawing(g, p) {
  const d = view.run.drawing;
  if (!d) { return; }
  g.lineWidth = 2;
  g.strokeStyle = '#fff';
  outline(g, d.corners, p, false);
  if (d.cross) {
    const x = p.x + d.cross.x * p.scale, y = p.y + d.cross.y * p.scale;
    for (const [colour, width] of [['#000', 4], ['#ff0', 1.5]]) {
      g.strokeStyle = colour;
      g.lineWidth = width;
      g.beginPath();
      g.moveTo(x - 14, y); g.lineTo(x + 14, y); g.moveTo(x, y - 14); g.lineTo(x, y + 14);
      g.stroke();
    }
  }
}

function close() {
  const { run, self } = view;
  const corners = run.drawing.corners;
  run.drawing = null;
  if (corners.length >= 6) { self.invokeMethodAsync('OnRegion', corners); }
}

/** Keys while a region is drawn: arrows move a crosshair, so that no pointer is needed. */
export function drawKey(key, shift) {
  const { run } = view;
  const d = run.drawing, by = shift ? 10 : 1;
  d.cross ??= { x: run.columns / 2, y: run.rows / 2 };
  const move = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] }[key];
  if (move) {
    d.cross = { x: Math.min(run.columns, Math.max(0, d.cross.x + move[0])), y: Math.min(run.rows, Math.max(0, d.cross.y + move[1])) };
  } else if (key === 'Enter' || key === ' ') {
    if (d.corners.length < 2 * mostCorners) { d.corners.push(d.cross.x, d.cross.y); }
  } else if (key === 'Backspace') {
    d.corners.splice(-2);
  } else if (key === 'c') {
    close();
  } else if (key === 'Escape' || key === 'd') {
    run.drawing = null;
  } else {
    return false;
  }
  return true;
}

/** The pointer goes down on the frames. */
export function lift(event) {
  const d = view.run?.drawing;
  if (!d || event.button !== 0) { return; }
  event.target.setPointerCapture(event.pointerId);
  Object.assign(d, { drag: true, cross: null, corners: [] });
  drag(event);
}

/** A line dragged on the frames. */
export function drag(event) {
  const { run } = view;
  const d = run?.drawing;
  if (!d?.drag) { return; }
  const canvas = document.getElementById('cine'), box = canvas.getBoundingClientRect(), p = place(run, box.width, box.height);
  const x = Math.min(run.columns, Math.max(0, (event.clientX - box.left - p.x) / p.scale)), y = Math.min(run.rows, Math.max(0, (event.clientY - box.top - p.y) / p.scale));
  const c = d.corners, n = c.length;
  if (n < 2 * mostCorners && (n === 0 || Math.hypot(x - c[n - 2], y - c[n - 1]) >= stepPx)) { c.push(Math.round(x * 10) / 10, Math.round(y * 10) / 10); }
}

export function drop() {
  if (view.run?.drawing?.drag) { close(); }
}
