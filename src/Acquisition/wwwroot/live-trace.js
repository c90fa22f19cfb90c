// The live traces: reads the blocks of /live (docs/live-stream.md), keeps the newest minutes, and sweeps them over two canvases.
// Draws what was measured and nothing between: a gap is a red band with its length. Computes no number that is shown.

const pxPerMm = 96 / 25.4;
const countsPerMm = 20;          // at gain 1
const middle = 32768;            // where the sensor's 16 bits rest
const delaySeconds = 0.1;        // of real time: what is drawn has arrived
const erase = 14;                // px ahead of the sweep

const lossWords = ['', 'gap', 'sensor off', 'unreadable'];

/** Samples of one channel in time order: three growing columns in one ring. */
class Trace {
  constructor(size) {
    this.size = size;
    this.at = new Float64Array(size);
    this.value = new Float32Array(size);
    this.joined = new Uint8Array(size);
    this.written = 0;
    this.gaps = [];
    this.missed = 0;
  }

  add(at, value, joined) {
    const i = this.written % this.size;
    this.at[i] = at;
    this.value[i] = value;
    this.joined[i] = joined ? 1 : 0;
    this.written++;
  }

  get oldest() { return Math.max(0, this.written - this.size); }

  get newestAt() { return this.written ? this.at[(this.written - 1) % this.size] : NaN; }

  /** Number of the first sample at or after t. */
  first(t) {
    let low = this.oldest, high = this.written;
    while (low < high) {
      const mid = Math.floor((low + high) / 2);
      if (this.at[mid % this.size] < t) { low = mid + 1; } else { high = mid; }
    }
    return low;
  }

  gap(from, to, why) {
    const open = this.gaps.find(g => g.from === from);
    if (open) { open.to = to; open.why = why; } else { this.gaps.push({ from, to, why }); }
    while (this.gaps.length > 200) { this.gaps.shift(); }
  }
}

/** The tape's time, as blocks told it, carried on by the page's clock. */
class TapeClock {
  offset = null;
  speed = 0;
  told = 0;

  tell(tapeNow, speed) {
    this.told = tapeNow;
    const offset = tapeNow - performance.now() / 1000 * speed;
    if (this.offset === null || speed !== this.speed || Math.abs(offset - this.offset) > 0.5 * Math.max(1, speed)) {
      this.offset = offset;
    } else {
      this.offset += (offset - this.offset) * 0.05;
    }
    this.speed = speed;
  }

  now() {
    if (this.offset === null) { return 0; }
    return this.speed > 0 ? performance.now() / 1000 * this.speed + this.offset - delaySeconds * this.speed : this.told;
  }
}

const state = {
  traces: new Map(),
  clock: new TapeClock(),
  order: null,
  socket: null,
  stats: { frames: [], delays: [], lastFrame: 0, arrived: [] },
  page: crypto.randomUUID(),
};

function trace(channel) {
  let one = state.traces.get(channel);
  if (!one) {
    one = new Trace(65536);
    state.traces.set(channel, one);
  }
  return one;
}

const seconds = (view, at) => Number(view.getBigInt64(at, true)) / 1e9;

/** Reads every block of a message. */
function read(buffer) {
  const view = new DataView(buffer);
  let at = 0;
  while (at + 24 <= view.byteLength) {
    const kind = view.getUint8(at), channel = view.getUint8(at + 1), word = view.getUint16(at + 2, true);
    const start = seconds(view, at + 8);
    const count = word & 0x7fff, goesOn = (word & 0x8000) !== 0;
    if (kind === 1 || kind === 2 || kind === 3) { trace(channel).missed = view.getUint32(at + 4, true); }
    let next = at + 24;
    if (kind === 1) {
      const period = seconds(view, at + 16), one = trace(channel);
      for (let i = 0; i < count; i++, next += 4) {
        one.add(start + i * period, view.getFloat32(next, true), i > 0 || goesOn);
      }
      state.stats.arrived.push({ at: one.newestAt, when: performance.now(), channel });
    } else if (kind === 2) {
      const one = trace(channel);
      for (let i = 0; i < count; i++, next += 8) {
        one.add(start + view.getUint32(next, true) / 1e6, view.getFloat32(next + 4, true), i > 0 || goesOn);
      }
      state.stats.arrived.push({ at: one.newestAt, when: performance.now(), channel });
    } else if (kind === 3) {
      const to = view.getBigInt64(at + 16, true);
      trace(channel).gap(start, to < 0n ? null : Number(to) / 1e9, lossWords[word] ?? 'gap');
    } else if (kind === 4) {
      const speed = Number(view.getBigInt64(at + 16, true));
      state.clock.tell(start, speed < 0 ? 0 : speed / 1000);
    } else if (kind === 5) {
      state.socket.send(`${view.getBigInt64(at + 8, true)} ${performance.now()}`);
    }
    at = next;
  }
}

function connect() {
  const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/live?page=${state.page}`);
  socket.binaryType = 'arraybuffer';
  state.socket = socket;
  socket.onmessage = message => {
    if (typeof message.data === 'string') {
      // another examination, or this page has just come: everything kept is told again
      state.traces.clear();
      state.clock.offset = null;
    } else {
      read(message.data);
    }
  };
  socket.onclose = () => setTimeout(connect, 500);
}

/** Colours by their names in the style sheet: one place for both themes. */
function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = name => style.getPropertyValue(name).trim();
  return { grid: of('--grid'), ink: of('--ink'), dim: of('--dim'), ppg: of('--ppg'), cuff: of('--cuff'), end: of('--end'), bad: of('--bad'), back: of('--trace') };
}

function fit(canvas) {
  const box = canvas.getBoundingClientRect(), ratio = devicePixelRatio || 1;
  const width = Math.round(box.width * ratio), height = Math.round(box.height * ratio);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const g = canvas.getContext('2d');
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { g, w: box.width, h: box.height };
}

/** What stands where: the sweep begins at the attempt's start and wraps at the right edge. */
function sweep(w, now) {
  const order = state.order, span = w / (order.sweep * pxPerMm);
  const origin = order.from ?? 0;
  const x = t => ((((t - origin) % span) + span) % span) / span * w;
  const from = Math.max(now - span * (1 - erase / w), order.from !== null && order.to === null ? order.from : -Infinity, order.to !== null ? order.from ?? -Infinity : -Infinity);
  return { span, x, from, now };
}

function grid(g, w, h, s, c, vertical) {
  g.strokeStyle = c.grid;
  g.lineWidth = 1;
  g.beginPath();
  for (let x = 0; x < w; x += 25 * pxPerMm / 2) { g.moveTo(Math.round(x) + 0.5, 0); g.lineTo(Math.round(x) + 0.5, h); }
  for (const y of vertical) { g.moveTo(0, Math.round(y) + 0.5); g.lineTo(w, Math.round(y) + 0.5); }
  g.stroke();
}

function line(g, w, one, s, y, colour, width) {
  g.strokeStyle = colour;
  g.lineWidth = width;
  g.lineJoin = 'round';
  g.beginPath();
  let before = Infinity, drawn = NaN, any = false;
  for (let i = one.first(s.from); i < one.written; i++) {
    const at = one.at[i % one.size];
    if (at > s.now) { break; }
    const x = s.x(at);
    if (one.joined[i % one.size] && any && x >= before) { g.lineTo(x, y(one.value[i % one.size])); } else { g.moveTo(x, y(one.value[i % one.size])); }
    before = x;
    any = true;
    drawn = at;
  }
  g.stroke();
  return drawn;
}

/** Red bands, as wide as what is missing, each with its length. A trace that has gone is a band that grows. */
function gaps(g, w, h, one, s, c) {
  const bands = one.gaps.map(b => ({ from: b.from, to: b.to ?? s.now, why: b.why, open: b.to === null || b.to === undefined }));
  g.font = '600 15px "DejaVu Sans", Inter, system-ui, sans-serif';
  for (const band of bands) {
    const from = Math.max(band.from, s.from), to = Math.min(band.to, s.now);
    if (to <= from) { continue; }
    const x = s.x(from), wide = Math.max(2, (to - from) / s.span * w);
    g.globalAlpha = 0.28;
    g.fillStyle = c.bad;
    g.fillRect(x, 0, Math.min(wide, w - x), h);
    if (x + wide > w) { g.fillRect(0, 0, x + wide - w, h); }
    g.globalAlpha = 1;
    const length = band.to - band.from;
    if (length >= 0.3) {
      const text = `${band.why} ${length.toFixed(1)} s${band.open ? ', still' : ''}`;
      g.fillText(text, Math.min(Math.max(4, x + 4), w - g.measureText(text).width - 6), h - 12);
    }
  }
}

function end(g, h, s, c, y) {
  const { endAt, endMmHg, endLabel, endWord } = state.order;
  if (endAt === null || endAt < s.from || endAt > s.now) { return; }
  const x = s.x(endAt);
  g.strokeStyle = g.fillStyle = c.end;
  g.lineWidth = 2;
  g.setLineDash([7, 6]);
  g.beginPath();
  g.moveTo(x, y === null ? 34 : 0);
  g.lineTo(x, h);
  g.stroke();
  g.setLineDash([]);
  g.font = `600 ${y === null ? 16 : 26}px "DejaVu Sans", Inter, system-ui, sans-serif`;
  const text = y === null ? endWord : endLabel;
  const left = x + 12 + g.measureText(text).width > g.canvas.clientWidth;
  g.textAlign = left ? 'right' : 'left';
  if (y === null || endMmHg === null) {
    g.fillText(text, x + (left ? -10 : 10), 52);
  } else {
    g.beginPath();
    g.arc(x, y(endMmHg), 7, 0, 7);
    g.fill();
    g.fillText(text, x + (left ? -14 : 14), Math.max(60, y(endMmHg) - 10));
  }
  g.textAlign = 'left';
}

/** Said while the cuff falls: hollow and dotted until the whole run is judged. */
function soFar(g, h, s, c, y) {
  const { liveAt, liveMmHg, liveLabel } = state.order;
  if (liveAt === null || liveAt < s.from || liveAt > s.now) { return; }
  const x = s.x(liveAt);
  g.strokeStyle = g.fillStyle = c.end;
  g.lineWidth = 2;
  g.setLineDash([2, 5]);
  g.beginPath();
  g.moveTo(x, y === null ? 34 : 0);
  g.lineTo(x, h);
  g.stroke();
  g.setLineDash([]);
  g.font = `600 ${y === null ? 15 : 20}px "DejaVu Sans", Inter, system-ui, sans-serif`;
  const text = y === null ? 'pulse seems to return' : liveLabel;
  const left = x + 14 + g.measureText(text).width > g.canvas.clientWidth;
  g.textAlign = left ? 'right' : 'left';
  if (y !== null) {
    g.beginPath();
    g.arc(x, y(liveMmHg), 7, 0, 7);
    g.stroke();
  }
  const at = [x + (left ? -14 : 14), y === null ? 52 : Math.min(h - 8, y(liveMmHg) + 26)];
  g.strokeStyle = c.back;
  g.lineWidth = 5;
  g.strokeText(text, ...at);
  g.fillText(text, ...at);
  g.textAlign = 'left';
}

function head(g, w, h, s, c, live) {
  if (!live) { return; }
  const x = s.x(s.now);
  g.fillStyle = c.back;
  g.fillRect(x, 0, erase, h);
  g.strokeStyle = c.ink;
  g.lineWidth = 1;
  g.beginPath();
  g.moveTo(x, 6);
  g.lineTo(x, h - 6);
  g.stroke();
}

function note(g, w, h, c, one, s, live) {
  const text = !one.written ? 'no data yet' : live && s.now - one.newestAt > 2 && !one.gaps.some(b => b.to === null) ? `no data for ${Math.floor(s.now - one.newestAt)} s` : null;
  g.fillStyle = c.dim;
  g.font = '16px "DejaVu Sans", Inter, system-ui, sans-serif';
  if (text) { g.fillText(text, 14, h - 14); }
  if (one.missed) {
    const slow = `this screen was too slow for ${one.missed} samples; the record has them`;
    g.fillText(slow, w - g.measureText(slow).width - 14, h - 14);
  }
}

function drawPulse(now, live, c) {
  const canvas = document.getElementById('pulse');
  if (!canvas || state.order.pulse === null || !canvas.clientWidth) { return; }
  const { g, w, h } = fit(canvas), s = sweep(w, now), one = trace(state.order.pulse);
  g.clearRect(0, 0, w, h);
  grid(g, w, h, s, c, []);
  gaps(g, w, h, one, s, c);
  const perCount = state.order.gain * pxPerMm / countsPerMm;
  const y = v => Math.min(h - 2, Math.max(2, h * 0.56 - (v - middle) * perCount));
  const drawn = line(g, w, one, s, y, c.ppg, 2.4);
  head(g, w, h, s, c, live);
  soFar(g, h, s, c, null);
  end(g, h, s, c, null);
  note(g, w, h, c, one, s, live);
  return drawn;
}

function drawCuff(now, live, c) {
  const canvas = document.getElementById('cuff');
  if (!canvas || state.order.cuff === null || !canvas.clientWidth) { return; }
  const { g, w, h } = fit(canvas), s = sweep(w, now), one = trace(state.order.cuff), scale = state.order.scale;
  const top = 40, bottom = 10;
  const y = v => top + (h - top - bottom) * (1 - v / scale);
  const marks = [];
  const step = scale > 200 ? 50 : 30;
  for (let v = 0; v <= scale; v += step) { marks.push(v); }
  g.clearRect(0, 0, w, h);
  grid(g, w, h, s, c, marks.map(y));
  g.fillStyle = c.dim;
  g.font = '14px "DejaVu Sans", Inter, system-ui, sans-serif';
  
  gaps(g, w, h, one, s, c);
  const drawn = line(g, w, one, s, y, c.cuff, 3);
  // over the trace, each on its own ground: a number is never crossed by a line
  g.lineWidth = 5;
  g.strokeStyle = c.back;
  g.fillStyle = c.dim;
  g.font = '14px "DejaVu Sans", Inter, system-ui, sans-serif';
  for (const v of marks.slice(1)) { g.strokeText(v, 8, y(v) + 5); g.fillText(v, 8, y(v) + 5); }
  if (state.order.ear !== null) { sounds(g, w, h, s, c); }
  head(g, w, h, s, c, live);
  soFar(g, h, s, c, y);
  end(g, h, s, c, y);
  note(g, w, h, c, one, s, live);
  return drawn;
}

/** What the simulated ear hears over the artery: a tick for each pulse. */
function sounds(g, w, h, s, c) {
  const one = trace(state.order.ear);
  g.fillStyle = c.ppg;
  for (let i = one.first(s.from); i < one.written; i++) {
    const at = one.at[i % one.size];
    if (at > s.now) { break; }
    g.fillRect(s.x(at) - 1.5, h - 40, 3, 26);
  }
  g.font = '14px "DejaVu Sans", Inter, system-ui, sans-serif';
  g.fillText('Doppler sounds (simulated ear)', 44, h - 46);
}

let palette = null, paletteFor = null;

function frame(time) {
  requestAnimationFrame(frame);
  const stats = state.stats;
  if (stats.lastFrame) { keep(stats.frames, time - stats.lastFrame); }
  stats.lastFrame = time;
  if (!state.order || document.hidden) { return; }
  const theme = document.documentElement.dataset.theme;
  if (theme !== paletteFor) { palette = colours(); paletteFor = theme; }
  const live = state.order.to === null;
  const now = live ? state.clock.now() : state.order.to;
  const drawn = { [state.order.pulse]: drawPulse(now, live, palette), [state.order.cuff]: drawCuff(now, live, palette) };
  stats.arrived = stats.arrived.slice(-500).filter(one => {
    if (one.at <= drawn[one.channel]) { keep(stats.delays, performance.now() - one.when); }
    return one.at > drawn[one.channel];
  });
}

function keep(list, value) {
  list.push(value);
  if (list.length > 1200) { list.shift(); }
}

function spread(list) {
  const sorted = [...list].sort((a, b) => a - b), at = p => sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] : null;
  return { n: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** For the benchmark and the tests: what is held, and how smoothly it is drawn (ms). */
globalThis.liveTrace = {
  stats: () => ({ frames: spread(state.stats.frames), delays: spread(state.stats.delays) }),
  held: () => Object.fromEntries([...state.traces].map(([channel, one]) => [channel, { samples: one.written, from: one.written ? one.at[one.oldest % one.size] : null, to: one.newestAt, gaps: one.gaps, missed: one.missed }])),
  order: () => state.order,
  now: () => state.clock.now(),
};

// Keys count from when they were pressed: the event's own time stamp goes with them.
const keys = new Set([' ', 'm', 'Enter', 'u', 'r', 'a', 'n', 'e', 's', 'b', 'i', 'd', 'h', 'o', '+', '-', '<', '>', 'Escape', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
let self = null;

function press(key, timeStamp) {
  if (self) { self.invokeMethodAsync('OnKey', key, timeStamp); }
}

document.addEventListener('keydown', event => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const typing = event.target.closest('input, textarea, select');
  const native = event.target.closest('button, a') && event.target.matches(':focus-visible') && (key === ' ' || key === 'Enter');
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || typing || native || !keys.has(key)) { return; }
  event.preventDefault();
  press(key, event.timeStamp);
});

document.addEventListener('pointerdown', event => {
  const button = event.target.closest('[data-key]');
  if (button && event.button === 0) {
    event.preventDefault();
    press(button.dataset.key, event.timeStamp);
  }
});

// A button pressed with the hand gives the keyboard back.
document.addEventListener('click', event => event.target.closest('[data-plain]')?.blur());

/** The component is there. Answers the name of this page, which its clock is kept under. */
export function attach(component) {
  const first = self === null;
  self = component;
  if (first) {
    connect();
    requestAnimationFrame(frame);
  }
  return state.page;
}

export function show(order) {
  state.order = order;
  document.querySelector('.step.on')?.scrollIntoView({ block: 'nearest' });
}
