// Draws a run from raw frames of the station: cine, subtraction, window, regions drawn by hand, curves and maps. docs/cine-stream.md.
// Nothing is decided here: figures, maps and scales come from the station; this file turns numbers into grey and colour.

const framesPerBlock = 8, budgetBytes = 256 * 1024 * 1024, mostCorners = 600, stepPx = 2;
const regionColours = ['#56c8a6', '#e6a23c', '#5ab4ea', '#f0c04a', '#d58ad8', '#ff7a63', '#b8d66b', '#c7ccd1'];
const onWhite = ['#00795a', '#a35c00', '#00619e', '#7d5600', '#8a3f8f', '#b3261e', '#5c7a16', '#4a5c64'];
const own = new Set([' ', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 's', 'd', 'w', '<', '>']);
const stations = new Set(['PageDown', 'PageUp', 'x', 'm', 'k', 'g', 'r', 'l', 't', 'Escape', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);

let self = null, run = null, colours = null, attached = false;
const stats = { shown: [], last: 0, skipped: 0, waited: 0 };

/** One kind of frame (as stored, or subtracted) of the open run, in blocks; the blocks farthest from what is shown go first. */
class Blocks {
  constructor(run, subtracted) {
    this.run = run;
    this.subtracted = subtracted;
    this.bytes = subtracted ? 2 : run.bytes;
    this.frame = run.rows * run.columns;
    this.held = new Map();
    this.asked = new Set();
    this.failed = null;
    this.count = Math.ceil(run.frames / framesPerBlock);
    this.most = Math.max(2, Math.floor(budgetBytes / 2 / (this.frame * this.bytes * framesPerBlock)));
  }

  get(frame) {
    const block = this.held.get(Math.floor(frame / framesPerBlock));
    return block ? block.subarray((frame % framesPerBlock) * this.frame, (frame % framesPerBlock + 1) * this.frame) : null;
  }

  /** Fetches what comes next, two requests at a time. */
  async want(frame) {
    const first = Math.floor(frame / framesPerBlock);
    for (let ahead = 0; ahead < Math.min(this.count, this.most) && this.asked.size < 2; ahead++) {
      const block = (first + ahead) % this.count;
      if (!this.held.has(block) && !this.asked.has(block)) { this.fetch(block); }
    }
  }

  async fetch(block) {
    this.asked.add(block);
    try {
      const from = block * framesPerBlock, count = Math.min(framesPerBlock, this.run.frames - from);
      const answer = await fetch(`/frames/${this.run.token}?from=${from}&count=${count}${this.subtracted ? '&as=subtracted' : ''}`, { cache: 'no-store' });
      if (!answer.ok) { throw new Error(answer.status === 404 ? 'the run was closed for another one: choose it again' : `the station answered ${answer.status}`); }
      const bytes = await answer.arrayBuffer();
      if (bytes.byteLength !== count * this.frame * this.bytes) { throw new Error('a block of frames came short'); }
      this.held.set(block, this.bytes === 2 ? new Uint16Array(bytes) : new Uint8Array(bytes));
      this.failed = null;
      while (this.held.size > this.most) { this.held.delete(this.farthest()); }
    } catch (broken) {
      this.failed = broken.message;
      await new Promise(done => setTimeout(done, 1000));
    } finally {
      this.asked.delete(block);
    }
  }

  farthest() {
    const here = Math.floor(run.at / framesPerBlock);
    return [...this.held.keys()].sort((a, b) => ((b - here + this.count) % this.count) - ((a - here + this.count) % this.count))[0];
  }
}

function opened(descriptor) {
  const image = new ImageData(descriptor.columns, descriptor.rows);
  const stage = new OffscreenCanvas(descriptor.columns, descriptor.rows);
  return {
    ...descriptor,
    at: 0, playing: false, speed: 1, from: 0, fromAt: 0, isSubtracted: false,
    window: { low: descriptor.low, high: descriptor.high },
    subWindow: null,
    stored: new Blocks(descriptor, false),
    sub: descriptor.subtracted ? new Blocks(descriptor, true) : null,
    image, pixels: new Uint32Array(image.data.buffer), stage, pen: stage.getContext('2d'),
    grey: new Uint32Array(65536), greyFor: '', drawn: '', drawing: null, curves: [], map: null, mapStage: null,
  };
}

const seconds = k => run.seconds ? run.seconds[k] : k / 15;
const length = () => run.frames > 1 ? seconds(run.frames - 1) + (seconds(run.frames - 1) - seconds(run.frames - 2)) : 1;

/** Grey of every value there can be; built anew only when the window moves. */
function grey() {
  const { low, high } = run.isSubtracted ? run.subWindow : run.window;
  const dark = run.isSubtracted ? true : run.inverted;      // subtracted: contrast is dark, as it is read
  const key = `${low} ${high} ${dark} ${run.isSubtracted}`;
  if (key === run.greyFor) { return; }
  for (let v = 0; v < 65536; v++) {
    const share = Math.min(1, Math.max(0, (v - low) / (high - low))), g = Math.round(255 * (dark ? 1 - share : share));
    run.grey[v] = 0xff000000 | g << 16 | g << 8 | g;
  }
  run.greyFor = key;
  run.drawn = '';
}

/** The window of subtracted frames: from a little lighter than the mask to nearly the darkest that is held. */
function subtractedWindow() {
  const seen = [];
  for (const block of run.sub.held.values()) {
    for (let i = 0; i < block.length; i += 997) { seen.push(block[i]); }
  }
  seen.sort((a, b) => a - b);
  const top = seen.length ? seen[Math.floor(seen.length * 0.998)] : 0, zero = run.subtracted.zero;
  const high = Math.max(top, zero + run.subtracted.steps * 0.05);
  return { low: zero - (high - zero) * 0.15, high };
}

function fit(canvas) {
  const box = canvas.getBoundingClientRect(), ratio = devicePixelRatio || 1;
  const width = Math.round(box.width * ratio), height = Math.round(box.height * ratio);
  if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; run.drawn = ''; }
  const g = canvas.getContext('2d');
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { g, w: box.width, h: box.height };
}

/** Where the picture stands on its canvas. */
function place(w, h, right = 0) {
  const scale = Math.min((w - right) / run.columns, h / run.rows);
  return { scale, x: (w - right - run.columns * scale) / 2, y: (h - run.rows * scale) / 2 };
}

function outline(g, corners, p, closed) {
  g.beginPath();
  for (let i = 0; i < corners.length; i += 2) { g[i ? 'lineTo' : 'moveTo'](p.x + corners[i] * p.scale, p.y + corners[i + 1] * p.scale); }
  if (closed) { g.closePath(); }
  g.stroke();
}

function label(g, text, x, y, colour = '#fff', align = 'left') {
  g.font = '15px "DejaVu Sans", Inter, system-ui, sans-serif';
  g.textAlign = align;
  g.lineWidth = 4;
  g.strokeStyle = '#000';
  g.strokeText(text, x, y);
  g.fillStyle = colour;
  g.fillText(text, x, y);
  g.textAlign = 'left';
}

function regions(g, p) {
  run.curves.forEach((curve, k) => {
    g.lineWidth = 4;
    g.strokeStyle = '#000';
    outline(g, curve.corners, p, true);
    g.lineWidth = 2;
    g.strokeStyle = regionColours[k];
    outline(g, curve.corners, p, true);
    label(g, String(k + 1), p.x + Math.max(...curve.corners.filter((_, i) => i % 2 === 0)) * p.scale + 4, p.y + curve.corners[1] * p.scale + 5, regionColours[k]);
  });
}

function drawing(g, p) {
  const d = run.drawing;
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

/** Answers whether the frame that is due stood there. */
function cine() {
  const canvas = document.getElementById('cine');
  if (!canvas || !canvas.clientWidth) { return true; }
  const blocks = run.isSubtracted ? run.sub : run.stored;
  blocks.want(run.at);
  const frame = blocks.get(run.at);
  if (run.isSubtracted && frame && !run.subWindow) { run.subWindow = subtractedWindow(); run.ownSubWindow = false; }
  if (run.isSubtracted && frame && run.ownSubWindow === false && blocks.held.size === Math.min(blocks.count, blocks.most)) { run.subWindow = subtractedWindow(); run.ownSubWindow = true; }
  const { g, w, h } = fit(canvas), p = place(w, h);
  if (frame && (!run.isSubtracted || run.subWindow)) {
    grey();
    const key = `${run.at} ${run.isSubtracted}`;
    if (run.drawn !== key) {
      const { pixels, grey: lut } = run;
      for (let i = 0; i < frame.length; i++) { pixels[i] = lut[frame[i]]; }
      run.pen.putImageData(run.image, 0, 0);
      run.drawn = key;
      const now = performance.now();
      if (run.playing) {
        if (stats.last) { stats.shown.push(now - stats.last); if (stats.shown.length > 3000) { stats.shown.shift(); } }
        stats.last = now;
      }
    }
  }
  g.clearRect(0, 0, w, h);
  g.imageSmoothingEnabled = p.scale < 3;
  g.drawImage(run.stage, p.x, p.y, run.columns * p.scale, run.rows * p.scale);
  regions(g, p);
  drawing(g, p);
  const left = run.subtracted?.left[run.at] && run.isSubtracted;
  label(g, `${run.at + 1} / ${run.frames}${run.seconds ? `   ${seconds(run.at).toFixed(2)} s` : run.frames > 1 ? '   no frame times' : ''}`, 10, h - 12);
  if (run.isSubtracted) { label(g, left ? 'subtracted: this frame could not be aligned' : 'subtracted', 10, 22); }
  const size = run.isSubtracted ? run.subWindow && `density ${((run.subWindow.low - run.subtracted.zero) / run.subtracted.steps).toFixed(2)} to ${((run.subWindow.high - run.subtracted.zero) / run.subtracted.steps).toFixed(2)}` : `window ${Math.round(run.window.low)} to ${Math.round(run.window.high)}`;
  if (size) { label(g, size, w - 10, h - 12, '#fff', 'right'); }
  if (run.playing && run.speed !== 1) { label(g, `${run.speed}×`, w - 10, 22, '#ff0', 'right'); }
  if (run.drawing) { label(g, 'draw: drag, or arrows and Enter; C closes, Esc leaves', 10, run.isSubtracted ? 44 : 22, '#ff0'); }
  if (blocks.failed) { label(g, blocks.failed, 10, h / 2, '#ff7a63'); }
  else if (!frame) { label(g, 'fetching', 10, h / 2); }
  return frame !== null;
}

function curves() {
  const canvas = document.getElementById('curves');
  if (!canvas || !canvas.clientWidth || !run.curves.length) { if (canvas) { canvas.getContext('2d').clearRect(0, 0, canvas.width, canvas.height); } return; }
  const { g, w, h } = fit(canvas), style = getComputedStyle(document.documentElement), css = name => style.getPropertyValue(name).trim();
  g.clearRect(0, 0, w, h);
  const left = 56, right = 14, top = 30, bottom = 40, last = seconds(run.frames - 1);
  const all = run.curves.flatMap(c => c.density);
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
  run.curves.forEach((curve, k) => {
    g.fillStyle = g.strokeStyle = (document.documentElement.dataset.theme === 'light' ? onWhite : regionColours)[k];
    for (let i = 0; i < curve.seconds.length; i++) { g.beginPath(); g.arc(x(curve.seconds[i]), y(curve.density[i]), 1.8, 0, 7); g.fill(); }
    g.lineWidth = 2;
    g.beginPath();
    curve.smoothed.forEach((d, i) => g[i ? 'lineTo' : 'moveTo'](x(curve.seconds[i]), y(d)));
    g.stroke();
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
  g.moveTo(x(seconds(run.at)), top - 4);
  g.lineTo(x(seconds(run.at)), h - bottom);
  g.stroke();
}

function mapPicture() {
  const canvas = document.getElementById('map');
  if (!canvas || !canvas.clientWidth) { return; }
  const { g, w, h } = fit(canvas);
  g.clearRect(0, 0, w, h);
  if (!run.mapStage) { return; }
  const bar = 74, p = place(w, h - 26, bar);
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

async function fetchMap(order) {
  const asked = run;
  const answer = await fetch(`/frames/${asked.token}/map/${order.name}`, { cache: 'no-store' });
  if (!answer.ok || run !== asked) { return; }
  const values = new Float32Array(await answer.arrayBuffer());
  const image = new ImageData(asked.columns, asked.rows), pixels = new Uint32Array(image.data.buffer);
  const under = asked.stored.get(Math.min(asked.frames - 1, asked.at)), { low, high } = asked.window;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) {
      const share = under ? Math.min(1, Math.max(0, (under[i] - low) / (high - low))) : 0, v = Math.round(90 * (asked.inverted ? 1 - share : share));
      pixels[i] = 0xff000000 | v << 16 | v << 8 | v;       // nothing is said here: the picture shows through, dim
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

function tick() {
  if (!attached) { return; }
  requestAnimationFrame(tick);
  if (!run || document.hidden) { return; }
  if (run.playing) {
    const now = performance.now(), blocks = run.isSubtracted ? run.sub : run.stored;
    const t = (run.from + (now - run.fromAt) / 1000 * run.speed) % length();
    let due = run.at;
    while (due + 1 < run.frames && seconds(due + 1) <= t) { due++; }
    while (due > 0 && seconds(due) > t) { due--; }
    if (due !== run.at) {
      if (blocks.get(due)) {
        const ahead = (due - run.at + run.frames) % run.frames;
        if (ahead > 1) { stats.skipped += ahead - 1; }
        run.at = due;
      } else {
        blocks.want(due);
        stats.waited++;
        [run.from, run.fromAt] = [seconds(run.at), now];      // never jumps over a frame that has not come yet
      }
    }
  }
  cine();
  curves();
  if (run.mapStage) { mapPicture(); }
}

function play(on) {
  run.playing = on && run.frames > 1;
  [run.from, run.fromAt, stats.last] = [seconds(run.at), performance.now(), 0];
}

function window_(key, fine) {
  const one = run.isSubtracted ? run.subWindow : run.window;
  if (!one) { return; }
  const width = one.high - one.low, by = width * 0.05 * (key === 'ArrowUp' ? 1 : -1);
  if (fine) {
    const narrower = Math.max(2, width - 2 * by) / 2, centre = (one.low + one.high) / 2;
    [one.low, one.high] = [centre - narrower, centre + narrower];
  } else {
    [one.low, one.high] = [one.low - by, one.high - by];
  }
  run.drawn = '';
}

function close() {
  const corners = run.drawing.corners;
  run.drawing = null;
  if (corners.length >= 6) { self.invokeMethodAsync('OnRegion', corners); }
}

/** Keys while a region is drawn: arrows move a crosshair, so that no pointer is needed. */
function drawKey(key, shift) {
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

function press(key, shift) {
  if (!run) {
    if (stations.has(key)) { self?.invokeMethodAsync('OnKey', key, 1); return true; }
    return false;
  }
  if (run.drawing) { return drawKey(key, shift); }
  const scoring = document.querySelector('.reading')?.dataset.scoring !== undefined;
  if (scoring && stations.has(key)) { play(false); self?.invokeMethodAsync('OnKey', key, run.at + 1); return true; }
  if (own.has(key)) {
    if (key === ' ') { play(!run.playing); }
    if (key === 'ArrowLeft' || key === 'ArrowRight') { play(false); run.at = (run.at + (key === 'ArrowRight' ? 1 : run.frames - 1)) % run.frames; }
    if (key === 'Home' || key === 'End') { play(false); run.at = key === 'Home' ? 0 : run.frames - 1; }
    if (key === 'ArrowUp' || key === 'ArrowDown') { window_(key, shift); }
    if (key === 'w') { run.window = { low: run.low, high: run.high }; run.subWindow = null; run.drawn = ''; }
    if (key === 's' && run.sub) { run.isSubtracted = !run.isSubtracted; run.drawn = ''; }
    if (key === 'd' && run.sub) { play(false); run.drawing = { corners: [], cross: null }; }
    if (key === '<' || key === '>') { run.speed = Math.min(4, Math.max(0.25, run.speed * (key === '>' ? 2 : 0.5))); play(run.playing); }
    return true;
  }
  if (stations.has(key)) {
    self?.invokeMethodAsync('OnKey', key, run.at + 1);
    return true;
  }
  return false;
}

function keydown(event) {
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

function pointerdown(event) {
  const button = event.target.closest('[data-key]');
  if (button && event.button === 0) { event.preventDefault(); press(button.dataset.key, event.shiftKey); return; }
  if (event.target.id === 'cine' && run?.drawing && event.button === 0) {
    event.target.setPointerCapture(event.pointerId);
    run.drawing.drag = true;
    run.drawing.cross = null;
    run.drawing.corners = [];
    pointermove(event);
  }
}

function pointermove(event) {
  const d = run?.drawing;
  if (!d?.drag) { return; }
  const canvas = document.getElementById('cine'), box = canvas.getBoundingClientRect(), p = place(box.width, box.height);
  const x = Math.min(run.columns, Math.max(0, (event.clientX - box.left - p.x) / p.scale)), y = Math.min(run.rows, Math.max(0, (event.clientY - box.top - p.y) / p.scale));
  const c = d.corners, n = c.length;
  if (n < 2 * mostCorners && (n === 0 || Math.hypot(x - c[n - 2], y - c[n - 1]) >= stepPx)) { c.push(Math.round(x * 10) / 10, Math.round(y * 10) / 10); }
}

function pointerup() {
  if (run?.drawing?.drag) { close(); }
}

const click = event => event.target.closest('[data-plain]')?.blur();
const listeners = { keydown, pointerdown, pointermove, pointerup, click };

/** The component is there. */
export function attach(component, table) {
  self = component;
  colours = Uint8Array.from(atob(table), c => c.charCodeAt(0));
  if (!attached) {
    attached = true;
    for (const [name, listener] of Object.entries(listeners)) { document.addEventListener(name, listener); }
    requestAnimationFrame(tick);
  }
}

export function detach() {
  attached = false;
  run = null;
  for (const [name, listener] of Object.entries(listeners)) { document.removeEventListener(name, listener); }
}

const clear = () => Object.assign(stats, { shown: [], last: 0, skipped: 0, waited: 0 });

export function open(descriptor) {
  run = descriptor ? opened(descriptor) : null;
  clear();
  if (!run) { for (const id of ['cine', 'curves', 'map']) { const c = document.getElementById(id); c?.getContext('2d').clearRect(0, 0, c.width, c.height); } }
  else { mapPicture(); }
}

function setCurves(list) {
  if (run) { run.curves = list; }
}
export { setCurves as curves };

export function map(order) {
  if (run) { fetchMap(order); }
}

/** For the measurement and the tests: what is shown, and how evenly. */
globalThis.cineView = {
  clear,
  state: () => run && { at: run.at, frames: run.frames, playing: run.playing, subtracted: run.isSubtracted, drawing: run.drawing !== null, window: run.isSubtracted ? run.subWindow : run.window, held: run.stored.held.size, blocks: run.stored.count, regions: run.curves.length, map: run.map?.name ?? null, drawn: run.drawn },
  pixel: (x, y) => [...run.pen.getImageData(x, y, 1, 1).data],
  mapPixel: (x, y) => run.mapStage && [...run.mapStage.getContext('2d').getImageData(x, y, 1, 1).data],
  place: () => { const box = document.getElementById('cine').getBoundingClientRect(), p = place(box.width, box.height); return { x: box.left + p.x, y: box.top + p.y, scale: p.scale }; },
  stats: () => { const sorted = [...stats.shown].sort((a, b) => a - b), at = p => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? null; return { n: sorted.length, perSecond: sorted.length ? 1000 * sorted.length / sorted.reduce((a, b) => a + b) : null, p50: at(0.5), p99: at(0.99), max: at(1), skipped: stats.skipped, waited: stats.waited }; },
};
