/* Sends one document and tries again while the relay cannot be reached, with longer and longer pauses. The document
 * stays in memory only. */

import { Later, Refused, deliver } from "./relay.js";

const PAUSES = [5, 15, 45, 120, 300]; // seconds
const LONGEST = 900;

export class Outbox {
  /** `report(text)`: what is being done; `wait(seconds)`: the pause until the next try began. */
  constructor(relay, report, wait) {
    this.relay = relay;
    this.report = report;
    this.wait = wait;
    this.wake = null;
    this.lost = false; // whether the document went out and no answer came back
  }

  /** The relay's answer when it took the document, or a Refused; null when it was stopped. */
  async send(document) {
    const mine = {};
    this.current = mine;
    this.lost = false;
    for (let attempt = 0; this.current === mine; attempt++) {
      try {
        return await deliver(this.relay, document, (text) => this.current === mine && this.report(text));
      } catch (error) {
        if (error instanceof Refused) return this.current === mine ? error : null;
        if (!(error instanceof Later)) throw error;
        this.lost ||= error.sent;
        if (this.current !== mine) return null;
        const planned = PAUSES[Math.min(attempt, PAUSES.length - 1)] * (0.8 + 0.4 * Math.random());
        const seconds = Math.ceil(Math.min(Math.max(error.after ?? 0, planned), LONGEST));
        this.wait(seconds);
        await new Promise((resolve) => {
          const timer = setTimeout(resolve, seconds * 1000);
          this.wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    }
    return null;
  }

  /** Try again without waiting any longer. */
  hurry() {
    this.wake?.();
  }

  /** Give up; nothing is sent any more. */
  stop() {
    this.current = null;
    this.wake?.();
  }
}
