/* The receipt: what was received, the copy to save, and what happens then. */

import { words } from "./calendar.js";
import { copyName } from "./keep.js";
import { $, announce, facts, save } from "./page.js";
import { fields, heed, state } from "./state.js";

/** Show the receipt of a document with its own digest, and the relay's answer; without one, it is not sent yet.
 * `replaces`: it became a correction, because a first try had arrived without an answer. */
export function showReceipt(document, own, answer, replaces) {
  const correction = document.kind === "correction";
  const what = correction ? "correction" : "application";
  const same = !answer || answer.digest === undefined || answer.digest === own;
  $("receipt-title").textContent = answer ? `Your ${what} was received` : `Your ${what} is ready to be sent`;
  $("receipt-words").textContent = !same
    ? "The relay received something else than this page sent. Please tell the coordinators, and give them your id."
    : answer
      ? "Thank you. Nothing more is needed from you now, except to save your copy."
      : "It is not sent yet: save the file above and send it before applications close. Save your copy as well.";
  if (replaces) $("receipt-words").textContent += " Your first try had arrived; this replaces it.";
  facts($("receipt-facts"), [
    ["Id", document.id],
    ...(correction ? [["Correction", String(document.correction)]] : []),
    ...(answer?.received ? [["Received", words(new Date(answer.received))]] : []),
    ["Digest", own],
  ]);
  $("receipt-name").textContent = copyName(state.copy);
  for (const step of $("ladder").children) step.removeAttribute("aria-current");
  if (answer) $("ladder").firstElementChild.setAttribute("aria-current", "step");
  fields.clearProfile();
  fields.clearIdentity();
  announce($("receipt-title").textContent);
  heed(answer ? $("receipt") : $("ways"));
}

export function saveCopy() {
  save(copyName(state.copy), `${JSON.stringify(state.copy, null, 2)}\n`);
  state.unsaved = false;
  $("receipt-name").textContent = `Saved as ${copyName(state.copy)}`;
  announce("Your copy is saved.");
}
