/* What a kept copy is good for: the status, a correction, a withdrawal, and filling in a later round's form. */

import { readCopy } from "./keep.js";
import { $, announce, show } from "./page.js";
import { signed } from "./receipt.js";
import { Refused, askStatus } from "./relay.js";
import { refusal, sendOut } from "./sending.js";
import { draft, fields, heed, settings, state, view } from "./state.js";

const MEANINGS = {
  received: "It has arrived, and is not checked yet.",
  checked: "It is complete and fits the round.",
  "in the pool": "You take part when partners are sought.",
  paired: "You have a partner.",
  waiting: "There was no place or no partner for you so far.",
  withdrawn: "It was withdrawn. You do not take part.",
};

/** A file was chosen under "Already applied?". */
export async function loadCopy(event) {
  const [file] = event.target.files;
  if (!file) return;
  const found = await readCopy(file);
  const other = `This copy is of round ${found.round}. To bring its answers to this round, load it above, under “Took part before?”.`;
  const wrong = typeof found === "string" ? found : found.round === settings.round ? "" : other;
  fileError("copy", wrong, event.target);
  state.copy = wrong ? null : found;
  showCopy();
}

/** Show what can be done with the copy at hand. */
export function showCopy() {
  const { copy } = state;
  show(copy !== null, "copy-part");
  show(false, "confirm");
  $("copy-answer").textContent = "";
  if (copy === null) return;
  $("copy-words").textContent = `This is your copy of application ${copy.id}.`;
  show(true, "copy-do");
  show(!settings.closed, "correct");
}

function fileError(name, sentence, input) {
  $(`${name}-error`).textContent = sentence;
  show(sentence !== "", `${name}-error`);
  if (sentence) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
  if (sentence) announce(sentence);
}

export async function status() {
  $("copy-answer").textContent = "Asking…";
  try {
    const { status: step } = await askStatus(settings.relay, state.copy);
    $("copy-answer").textContent = Object.hasOwn(MEANINGS, step)
      ? `Status: ${step}. ${MEANINGS[step]}`
      : "This page does not know the relay’s answer. Please ask the coordinators.";
  } catch (error) {
    $("copy-answer").textContent =
      error instanceof Refused ? refusal(error) : "The relay cannot be reached now. Please try again later.";
  }
}

// Correcting

export function startCorrecting() {
  const { copy } = state;
  state.correcting = copy;
  fields.clearErrors();
  const dropped = fields.fillProfile(copy.profile);
  fields.fillIdentity(copy.identity);
  $("code_of_conduct").checked = copy.profile.code_of_conduct === settings.code_of_conduct;
  tellCorrecting();
  $("send").textContent = settings.relay ? "Seal and send the correction" : "Seal and make the file";
  show(true, "correcting");
  show(false, "draft", "bring");
  tellDropped(state.phase === "closed" ? [] : dropped);
  view("form");
  heed($("correcting"));
}

/** Say what a correction replaces; once applications are closed, only what is sealed. */
export function tellCorrecting() {
  const late = state.phase === "closed";
  const mine = `You are correcting application ${state.correcting.id}.`;
  $("correcting-words").textContent = late
    ? `${mine} Applications are closed, so only what is sealed can still be corrected, such as your name and your address. Everything else stays as you sent it.`
    : `${mine} What you send replaces it as a whole.`;
  showProfile(!late);
}

/** Show or hide what pairs are made from; parts that have nothing else go with it. */
function showProfile(shown) {
  for (const field of document.querySelectorAll('[data-field^="profile."]')) field.hidden = !shown;
  for (const part of document.querySelectorAll("section.part")) {
    part.hidden = !shown && !part.querySelector("[data-field]:not([hidden]), #send");
  }
}

export function stopCorrecting() {
  state.correcting = null;
  showProfile(true);
  show(false, "correcting", "dropped");
  show(true, "bring");
  $("send").textContent = settings.relay ? "Seal and send" : "Seal and make the file";
  fields.clearProfile();
  fields.clearIdentity();
  fields.guessZone();
  if (document.body.dataset.view === "form") view("form");
}

// Withdrawing

export function askToConfirm() {
  show(true, "confirm");
  heed($("confirm"));
}

export function keepIt() {
  show(false, "confirm");
  $("withdraw").focus();
}

export async function withdraw(byFile) {
  show(false, "confirm");
  state.byFile = byFile;
  const { copy } = state;
  const part = { kind: "withdrawal", format: 1, round: copy.round, id: copy.id };
  $("copy-answer").textContent = "Sending…";
  const answer = await sendOut(signed("withdrawal", part, copy.receipt));
  $("copy-answer").textContent = "";
  if (answer === null) return;
  if (answer === undefined) {
    view("ways");
    heed($("ways"));
    return;
  }
  view("form");
  if (answer instanceof Refused) $("copy-answer").textContent = refusal(answer);
  else {
    state.unsaved = false;
    show(false, "copy-do");
    $("copy-words").textContent = "Your application was withdrawn. You do not take part in this round.";
    announce($("copy-words").textContent);
  }
  heed($("applied"));
}

// A copy of an earlier round

export async function bring(event) {
  const [file] = event.target.files;
  if (!file) return;
  const found = await readCopy(file);
  const here = "This copy is of this round: load it below, under “Already applied?”.";
  const wrong = typeof found === "string" ? found : found.round === settings.round ? here : "";
  fileError("bring", wrong, event.target);
  if (wrong) return;
  const dropped = fields.fillProfile({ ...found.profile, returning: true });
  fields.fillIdentity(found.identity);
  draft.save(fields.profile());
  tellDropped(dropped, "Your answers are filled in. Please look through them, and accept the code of conduct. ");
  heed($("dropped"));
}

function tellDropped(dropped, before = "") {
  const lost = dropped.length ? `Left out, because this round does not have it: ${dropped.join(", ")}.` : "";
  $("dropped").firstElementChild.textContent = before + lost;
  show(before + lost !== "", "dropped");
}
