// The parametric map in the station's colours, with its scale.

import { fit, label, place } from './canvas.js';
import { view } from './run.js';

export function mapPicture() {
  const { run, colours } = view;
  const canvas = document.getElementById('map');
  if (!canvas || !canvas.clientWidth) { return; }
  const { g, w, h } = fit(canvas);
  g.clearRect(0, 0, w, h);
  if (!run.mapStage) { return; }
  const bar = 74, p = place(run, w, h - 26, bar);
  g.imageSmoothingEnabled = false;
  g.drawImage(run.mapStage, p.x, p.y + 26, run.columns * p.scale, run.rows * p.scale);
  label(g, run.map.title, 10, 19);
  const top = 44, bottom = h - 40, x = w - bar + 8;
  for (let i = 0; i < bottom - top; i++) {
    const c = 3 * Math.round(255 * (1 - i / (bottom - top - 1)));
    g.fillStyle = `rgb(${colours[c]},${colours[c + 1]},${colours[c + 2]})`;
    g.fillRect(x, top + i, 16, 1.5);
  }
  for (const share of [0, 0.25, 0.5, 0.75, 1]) { label(g, (+(run.map.low + share * (run.map.high - run.map.low)).toPrecision(3)).toString(), x + 21, bottom - share * (bottom - top) + 5); }
  label(g, run.map.unit || 'density', x, h - 14);
}

/** Fetches a map and paints it in the colours of its scale; where it says nothing the picture shows through, dim. */
export async function fetchMap(order) {
  const asked = view.run, { colours } = view;
  const answer = await fetch(`/frames/${asked.token}/map/${order.name}`, { cache: 'no-store' });
  if (!answer.ok || view.run !== asked) { return; }
  const values = new Float32Array(await answer.arrayBuffer());
  const image = new ImageData(asked.columns, asked.rows), pixels = new Uint32Array(image.data.buffer);
  const under = asked.stored.get(Math.min(asked.frames - 1, asked.at)), { low, high } = asked.window;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) {
      const share = under ? Math.min(1, Math.max(0, (under[i] - low) / (high - low))) : 0, v = Math.round(90 * (asked.inverted ? 1 - share : share));
      pixels[i] = 0xff000000 | v << 16 | v << 8 | v;
    } else {
      const c = 3 * Math.min(255, Math.max(0, Math.round(order.high > order.low ? 255 * (values[i] - order.low) / (order.high - order.low) : 128)));
      pixels[i] = 0xff000000 | colours[c + 2] << 16 | colours[c + 1] << 8 | colours[c];
    }
  }
  const stage = new OffscreenCanvas(asked.columns, asked.rows);
  stage.getContext('2d').putImageData(image, 0, 0);
  [asked.map, asked.mapStage] = [order, stage];
  mapPicture();
}
