// Playing follows the true frame times; a frame that has not come is waited for.

import { counts, pause } from './evenness.js';
import { length, seconds, shown } from './run.js';

export function play(run, on) {
  run.playing = on && run.frames > 1;
  [run.from, run.fromAt] = [seconds(run, run.at), performance.now()];
  pause();
}

/** To the frame that is due now. */
export function advance(run) {
  if (!run.playing) { return; }
  const now = performance.now(), blocks = shown(run);
  const t = (run.from + (now - run.fromAt) / 1000 * run.speed) % length(run);
  let due = run.at;
  while (due + 1 < run.frames && seconds(run, due + 1) <= t) { due++; }
  while (due > 0 && seconds(run, due) > t) { due--; }
  if (due !== run.at) {
    if (blocks.get(due)) {
      const ahead = (due - run.at + run.frames) % run.frames;
      if (ahead > 1) { counts.skipped += ahead - 1; }
      run.at = due;
    } else {
      blocks.want(due);
      counts.waited++;
      [run.from, run.fromAt] = [seconds(run, run.at), now];      // never jumps over a frame that has not come yet
    }
  }
}

export function step(run, by) {
  play(run, false);
  run.at = (run.at + by + run.frames) % run.frames;
}
