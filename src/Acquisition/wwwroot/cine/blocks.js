// Frames of the open run as they come from the station, in blocks. docs/cine-stream.md.

const framesPerBlock = 8, budgetBytes = 256 * 1024 * 1024;

/** One kind of frame (as stored, or subtracted) of the open run, in blocks; the blocks farthest from what is shown go first. */
export class Blocks {
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
    const here = Math.floor(this.run.at / framesPerBlock);
    return [...this.held.keys()].sort((a, b) => ((b - here + this.count) % this.count) - ((a - here + this.count) % this.count))[0];
  }
}
