// How evenly frames were shown: for the measurement and the tests.

const shown = [];
let last = 0;
export const counts = { skipped: 0, waited: 0 };

/** A frame was drawn while playing. */
export function drew() {
  const now = performance.now();
  if (last) { shown.push(now - last); if (shown.length > 3000) { shown.shift(); } }
  last = now;
}

/** Playing starts or stops: the pause between is no interval. */
export const pause = () => { last = 0; };

export function clear() {
  shown.length = 0;
  pause();
  Object.assign(counts, { skipped: 0, waited: 0 });
}

export function stats() {
  const sorted = [...shown].sort((a, b) => a - b), at = p => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? null;
  return { n: sorted.length, perSecond: sorted.length ? 1000 * sorted.length / sorted.reduce((a, b) => a + b) : null, p50: at(0.5), p99: at(0.99), max: at(1), ...counts };
}
