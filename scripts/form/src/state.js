/* What the parts of the page share: the settings, the clock, the fields, and what is shown. */

import { clock } from "./calendar.js";
import { Draft } from "./keep.js";
import { Fields } from "./fields.js";
import { $, show } from "./page.js";

export const settings = JSON.parse($("settings").textContent);
export const now = clock(settings);
export const draft = new Draft(settings.round);

export const state = {
  phase: "", // "early", "members", "everyone" or "closed"
  unsaved: false, // whether closing the page would lose a document or a copy
  sending: false,
  byFile: !settings.relay, // whether the person sends the document, not the page
  correcting: null, // the copy that is corrected
  copy: null, // the copy at hand under "Already applied?"
};

export const fields = new Fields(settings, now, () => {
  if (!state.correcting) draft.save(fields.profile());
});

/** Show one of the page's views: form, waiting, ways, receipt. */
export function view(name) {
  const secure = window.isSecureContext && Boolean(globalThis.crypto?.subtle);
  show(!secure, "insecure");
  show(name === "form" && secure && (state.phase !== "closed" || state.correcting !== null), "form");
  show(name === "form" && secure, "applied");
  show(name === "waiting", "waiting");
  show(name === "waiting" || name === "ways" || (name === "receipt" && state.byFile), "ways");
  show(name !== "receipt", "back");
  show(name === "receipt", "receipt");
  document.body.dataset.view = name;
}

/** Bring an element to the reader: in sight, and with the focus. */
export function heed(element) {
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "start" });
}
