/* What this page is sending, from the first try until an answer was seen. A try without an answer may have arrived:
 * whatever is sent after it is the same application, with the same id and the same receipt. */

import { newId, newReceipt } from "./receipt.js";
import { settings } from "./state.js";

const attempts = new Map(); // the id of the application that is corrected, or "" -> the attempt

/** The attempt at a correction of *correcting* (a copy), or without one at an application. */
export function attemptAt(correcting) {
  const key = correcting?.id ?? "";
  const mine = attempts.get(key) ?? new Attempt(key);
  if (correcting) mine.from = correcting;
  mine.id = correcting?.id ?? mine.id;
  mine.receipt = correcting?.receipt ?? mine.receipt;
  attempts.set(key, mine);
  return mine;
}

class Attempt {
  constructor(key) {
    this.key = key;
    this.round = settings.round;
    this.id = newId();
    this.receipt = newReceipt();
    this.from = null; // the application that is there already, as its copy says
    this.document = null;
    this.content = ""; // what the document was made from
    this.lost = false; // whether a try had no answer
  }

  /** The application is there, with so many forms: what comes now corrects it. */
  arrived(corrections = 1) {
    this.from = { round: this.round, id: this.id, receipt: this.receipt, corrections, received: null };
  }

  /** There is another document of this name: our own, of which we saw no answer, or by chance somebody else's. */
  taken() {
    if (!this.from && this.lost) this.arrived();
    else if (!this.from) this.id = newId();
    this.content = "";
  }

  /** It was answered; what comes next is a new one. */
  end() {
    this.lost = false;
    attempts.delete(this.key);
  }
}
