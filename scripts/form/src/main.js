/* The application page: how it begins, and which button does what. */

import * as already from "./already.js";
import { $, announce, show } from "./page.js";
import { saveCopy } from "./received.js";
import * as sending from "./sending.js";
import { draft, fields, heed, now, settings, state, view } from "./state.js";
import { showWindow } from "./window.js";

const EVERY = 20_000; // milliseconds; the page may stay open when applications open or close

/** Show whether one can apply now; whether that has changed. */
function showPhase() {
  const before = state.phase;
  state.phase = showWindow(settings, now());
  const early = state.phase === "early";
  $("blocked").textContent = early
    ? "Sending opens with the applications. Until then your answers stay in this browser, except those that are to be sealed: these you write when you send."
    : "";
  show(early, "blocked");
  show(!early, "deliver");
  if (before === state.phase) return false;
  if (state.correcting) already.tellCorrecting();
  if (document.body.dataset.view === "form") view("form");
  return true;
}

function begin() {
  showPhase();
  const kept = draft.load();
  if (kept && state.phase !== "closed") {
    fields.fillProfile(kept);
    show(true, "draft");
  }
  if (!kept?.time_zone) fields.guessZone();
  view("form");
  setInterval(showPhase, EVERY);
}

function clearDraft() {
  draft.clear();
  fields.clearProfile();
  fields.guessZone();
  show(false, "draft");
  announce("The draft is cleared.");
  $("name").focus();
}

const CLICKS = {
  "clear-draft": clearDraft,
  "stop-correcting": () => {
    already.stopCorrecting();
    heed($("applied"));
  },
  retry: sending.hurry,
  back: sending.goBack,
  "ways-save": sending.saveDocument,
  "ways-copy": sending.copyDocument,
  "receipt-save": saveCopy,
  "receipt-again": () => {
    already.stopCorrecting();
    view("form");
    already.showCopy();
    heed($("applied"));
  },
  ask: already.status,
  correct: already.startCorrecting,
  withdraw: already.askToConfirm,
  "confirm-yes": () => already.withdraw(!settings.relay),
  "confirm-file": () => already.withdraw(true),
  "confirm-no": already.keepIt,
};
for (const [id, act] of Object.entries(CLICKS)) $(id)?.addEventListener("click", act);
$("form").addEventListener("submit", (event) => {
  if (showPhase() && state.correcting) {
    event.preventDefault(); // it is another correction now: let the person see it first
    heed($("correcting"));
  } else sending.submit(event);
});
$("bring-file").addEventListener("change", already.bring);
$("copy-file").addEventListener("change", already.loadCopy);
window.addEventListener("beforeunload", (event) => {
  if (state.unsaved) event.preventDefault();
});
begin();
