// Which values are shown black and white.

/** Grey of every value there can be; built anew only when the window moves. */
export function grey(run) {
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
function subtractedWindow(run) {
  const seen = [];
  for (const block of run.sub.held.values()) {
    for (let i = 0; i < block.length; i += 997) { seen.push(block[i]); }
  }
  seen.sort((a, b) => a - b);
  const top = seen.length ? seen[Math.floor(seen.length * 0.998)] : 0, zero = run.subtracted.zero;
  const high = Math.max(top, zero + run.subtracted.steps * 0.05);
  return { low: zero - (high - zero) * 0.15, high };
}

/** The window of what is shown, once there is one: subtracted frames get theirs from those that are held, and once more when all are. */
export function settle(run) {
  const blocks = run.sub;
  if (!run.subWindow) {
    [run.subWindow, run.isSubWindowFinal] = [subtractedWindow(run), false];
  } else if (!run.isSubWindowFinal && blocks.held.size === Math.min(blocks.count, blocks.most)) {
    [run.subWindow, run.isSubWindowFinal] = [subtractedWindow(run), true];
  }
}

/** Brightness, or with Shift contrast. */
export function shift(run, key, fine) {
  const one = run.isSubtracted ? run.subWindow : run.window;
  if (!one) { return; }
  const width = one.high - one.low, by = width * 0.05 * (key === 'ArrowUp' ? 1 : -1);
  if (fine) {
    const narrower = Math.max(2, width - 2 * by) / 2, centre = (one.low + one.high) / 2;
    [one.low, one.high] = [centre - narrower, centre + narrower];
  } else {
    [one.low, one.high] = [one.low - by, one.high - by];
  }
  run.isSubWindowFinal ||= run.isSubtracted;
  run.drawn = '';
}

/** As at first. */
export function reset(run) {
  [run.window, run.subWindow, run.drawn] = [{ low: run.low, high: run.high }, null, ''];
}
