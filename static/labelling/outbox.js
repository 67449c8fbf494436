// Sends what the labeller did, in order, until the server has it: each is sent again with the same body, which is harmless there.
import { postJson } from "../js/api.js";

const FIRST_WAIT_MS = 1000;
const MAX_WAIT_MS = 15_000;
const passes = (error) => error.status === 0 || error.status === 429 || error.status >= 500;

export class Outbox {
  /** `onSent(item, answer)`, `onRefused(item, error)`, `onChange()`; an item: {url, body, counts} and what else its sender wants back. */
  constructor({ onSent, onRefused, onChange }) {
    Object.assign(this, { onSent, onRefused, onChange });
    this.items = [];
    this.isStuck = false; // the server is not reached; trying again
    this.wake = () => {};
    this.running = false;
    addEventListener("online", () => this.wake());
  }

  add(item) {
    this.items.push({ ...item, numTries: 0 });
    this.onChange();
    if (!this.running) this.run();
  }

  /** Take an item back that was never sent; returns whether that was possible. */
  cancel(isIt) {
    const at = this.items.findIndex((item) => item.numTries === 0 && isIt(item));
    if (at >= 0) this.items.splice(at, 1);
    this.onChange();
    return at >= 0;
  }

  async run() {
    this.running = true;
    for (let waitMs = FIRST_WAIT_MS; this.items.length > 0; ) {
      const item = this.items[0];
      item.numTries += 1;
      try {
        const answer = await postJson(item.url, item.body);
        this.settle(() => this.onSent(item, answer));
        waitMs = FIRST_WAIT_MS;
      } catch (error) {
        if (passes(error)) {
          this.isStuck = true;
          this.onChange();
          await this.pause(error.retryAfterS ? error.retryAfterS * 1000 : waitMs);
          waitMs = Math.min(waitMs * 2, MAX_WAIT_MS);
        } else this.settle(() => this.onRefused(item, error));
      }
    }
    this.running = false;
  }

  settle(tell) {
    this.items.shift();
    this.isStuck = false;
    tell();
    this.onChange();
  }

  pause(ms) {
    return new Promise((resolve) => {
      this.wake = resolve;
      setTimeout(resolve, ms);
    });
  }

  /** The page goes: send what is left at once, without waiting for answers. */
  flush() {
    for (const item of this.items) {
      if (item.counts) postJson(item.url, item.body, { keepalive: true }).catch(() => {});
    }
  }
}
