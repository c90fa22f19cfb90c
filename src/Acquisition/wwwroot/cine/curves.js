// Time-density curves of the regions: the frames as dots, the smoothed curve, arrival and top.

import { fit, wipe } from './canvas.js';
import { onWhite, regionColours } from './regions.js';
import { seconds, view } from './run.js';

export function curves() {
  const { run } = view;
  const canvas = document.getElementById('curves');
  if (!canvas || !canvas.clientWidth || !run.curves.length) { wipe('curves'); return; }
  const { g, w, h } = fit(canvas), style = getComputedStyle(document.documentElement), css = name => style.getPropertyValue(name).trim();
  g.clearRect(0, 0, w, h);
  const left = 56, right = 14, top = 30, bottom = 40, last = Math.max(seconds(run, run.frames - 1), ...run.curvesBefore.map(c => c.seconds.at(-1)));
  const all = [...run.curves, ...run.curvesBefore].flatMap(c => c.density);
  const high = Math.max(0.01, ...all), low = Math.min(0, ...all);
  const x = t => left + (w - left - right) * t / last, y = d => h - bottom - (h - top - bottom) * (d - low) / (high - low);
  g.font = '14px "DejaVu Sans", Inter, system-ui, sans-serif';
  g.lineWidth = 1;
  g.strokeStyle = css('--grid');
  g.fillStyle = css('--dim');
  const step = [0.5, 1, 2, 5, 10, 20, 50].find(s => last / s <= 7) ?? 100;
  for (let t = 0; t <= last; t += step) { g.beginPath(); g.moveTo(x(t), top); g.lineTo(x(t), h - bottom); g.stroke(); g.textAlign = 'center'; g.fillText(String(t), x(t), h - bottom + 18); }
  const rise = 10 ** Math.floor(Math.log10(high)), tick = high / rise > 5 ? rise * 2 : high / rise > 2 ? rise : rise / 2;
  g.textAlign = 'right';
  for (let d = 0; d <= high; d += tick) { g.beginPath(); g.moveTo(left, y(d)); g.lineTo(w - right, y(d)); g.stroke(); g.fillText(String(+d.toPrecision(2)), left - 6, y(d) + 5); }
  g.textAlign = 'left';
  g.fillText(run.unit, 10, 18);
  g.textAlign = 'right';
  g.fillText('s from the first frame', w - right, h - 6);
  g.textAlign = 'left';
  const isLight = document.documentElement.dataset.theme === 'light', line = (curve, k) => {
    g.fillStyle = g.strokeStyle = (isLight ? onWhite : regionColours)[k];
    g.lineWidth = 2;
    g.beginPath();
    curve.smoothed.forEach((d, i) => g[i ? 'lineTo' : 'moveTo'](x(curve.seconds[i]), y(d)));
    g.stroke();
  };
  g.setLineDash([2, 5]);
  run.curvesBefore.forEach(line);
  g.setLineDash([]);
  if (run.curvesBefore.length) { g.fillStyle = css('--dim'); g.textAlign = 'right'; g.fillText('dotted: before', w - right, 18); g.textAlign = 'left'; }
  run.curves.forEach((curve, k) => {
    line(curve, k);
    for (let i = 0; i < curve.seconds.length; i++) { g.beginPath(); g.arc(x(curve.seconds[i]), y(curve.density[i]), 1.8, 0, 7); g.fill(); }
    if (curve.arrival !== null && curve.peak !== null) {
      g.setLineDash([4, 4]);
      for (const t of [curve.arrival, curve.peakAt]) { g.beginPath(); g.moveTo(x(t), y(0)); g.lineTo(x(t), y(curve.peak)); g.stroke(); }
      g.setLineDash([]);
      g.fillText(`${k + 1}`, x(curve.peakAt) + 5, y(curve.peak) - 5);
    }
  });
  g.strokeStyle = css('--ink');
  g.lineWidth = 1;
  g.beginPath();
  g.moveTo(x(seconds(run, run.at)), top - 4);
  g.lineTo(x(seconds(run, run.at)), h - bottom);
  g.stroke();
}
