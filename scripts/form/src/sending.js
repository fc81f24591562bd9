/* From the form to the relay: judge, seal, send, and what is shown on the way. */

import { digest } from "./canonical.js";
import { copyOf, documentName } from "./keep.js";
import { Outbox } from "./outbox.js";
import { $, announce, save } from "./page.js";
import { newId, newReceipt, signed } from "./receipt.js";
import { showReceipt } from "./received.js";
import { Later, Refused, askStatus } from "./relay.js";
import { seal } from "./seal.js";
import { draft, fields, heed, now, settings, state, view } from "./state.js";
import { judge } from "./verdict.js";

const outbox = new Outbox(settings.relay, progress, waiting);

/** What the button of the form does. */
export async function submit(event) {
  event.preventDefault();
  if (state.sending || state.phase === "early" || state.phase === "closed") return;
  const profile = fields.profile();
  const id = state.correcting?.id ?? newId();
  const identity = { format: 1, round: settings.round, id, profile: digest(profile), ...fields.identity() };
  const arrives = state.correcting?.received ? new Date(state.correcting.received) : now();
  const problems = judge(profile, identity, settings, arrives);
  if (problems.length > 0) {
    fields.showErrors(problems);
    return;
  }
  fields.clearErrors();
  state.sending = true;
  state.byFile = !settings.relay || event.submitter?.id === "by-file";
  $("send").disabled = true;
  try {
    await sendForm(profile, identity);
  } catch (error) {
    refuse(
      error instanceof Refused
        ? refusal(error)
        : "This browser could not seal your answers, and nothing was sent. Please try another or a newer browser.",
    );
  } finally {
    state.sending = false;
    $("send").disabled = false;
    $("progress").textContent = "";
  }
}

async function sendForm(profile, identity) {
  const from = state.correcting;
  const receipt = from?.receipt ?? newReceipt();
  const corrections = from ? await nextCorrection(from) : 1;
  progress("Sealing what names you…");
  const sealed = await seal(identity, settings.recipients);
  const whole = { format: 1, round: settings.round, id: identity.id, receipt: receipt.public, profile, sealed };
  const document = from
    ? signed("correction", { kind: "correction", ...whole, correction: corrections }, receipt)
    : { kind: "application", ...whole };
  const answer = await sendOut(document);
  if (answer === null) return; // stopped: back to the form
  if (answer instanceof Refused) {
    if (answer.status === 409 && !from) await again(profile, identity);
    else refused(answer);
    return;
  }
  const received = from?.received ?? answer?.received ?? null;
  const sent = digest(document);
  state.copy = copyOf({ settings, id: identity.id, receipt, corrections, profile, identity, received, digest: sent });
  draft.clear();
  view("receipt");
  showReceipt(document, sent, answer);
}

/** Somebody else's application has this id already, by chance: seal once more, under another. */
async function again(profile, identity) {
  await sendForm(profile, { ...identity, id: newId() });
}

/** The number of the next correction: the relay knows best; without it, the copy counts. */
async function nextCorrection(from) {
  if (state.byFile) return from.corrections + 1;
  try {
    const { corrections, status } = await askStatus(settings.relay, from);
    if (status === "withdrawn") {
      throw new Refused(409, { message: "This application was withdrawn and cannot be corrected. You can apply anew." });
    }
    return Number.isInteger(corrections) ? corrections + 1 : from.corrections + 1;
  } catch (error) {
    if (error instanceof Later) return from.corrections + 1;
    throw error;
  }
}

/** Send a document, trying until it is taken. The relay's answer; a Refused; null when the person stopped it;
 * undefined when the person sends the file. */
export async function sendOut(document) {
  showWays(document);
  state.unsaved = true;
  if (state.byFile) return undefined;
  const answer = await outbox.send(document);
  if (answer === null || answer instanceof Refused) state.unsaved = false;
  return answer;
}

/** Do not wait for the next try. */
export function hurry() {
  outbox.hurry();
}

/** Back to the form; nothing is sent any more, and the answers are still there. */
export function goBack() {
  outbox.stop();
  state.unsaved = false;
  view("form");
  heed($("main"));
}

function progress(text) {
  $("progress").textContent = text;
  $("waiting-next").textContent = text;
  announce(text);
}

/** The relay is not there, or busy: say so, keep the document, and offer the other ways. */
function waiting(seconds) {
  const first = document.body.dataset.view !== "waiting";
  const at = new Date(Date.now() + seconds * 1000);
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(at);
  view("waiting");
  $("waiting-next").textContent = `The next try is at ${time}, in ${seconds} seconds.`;
  announce(`Not sent yet. The next try is in ${seconds} seconds.`);
  if (first) heed($("waiting"));
}

// The relay said no

function refused(answer) {
  view("form");
  const sentences = answer.fields.filter((each) => typeof each.field === "string" && typeof each.message === "string");
  const named = sentences.filter(({ field }) => fields.control(field));
  fields.showErrors(named.length > 0 ? named : [{ field: "", message: refusal(answer) }]);
}

function refuse(sentence) {
  view("form");
  fields.showErrors([{ field: "", message: sentence }]);
}

export function refusal(error) {
  return error.sentence || "The relay did not take it. Nothing was sent; your answers are still here.";
}

// The other ways

function showWays(document) {
  $("ways-title").textContent = state.byFile ? "Send the file" : "Or send it yourself";
  $("ways-name").textContent = documentName(document);
  $("ways-text").value = JSON.stringify(document);
  $("ways-copied").textContent = "";
  const mail = $("ways-mail");
  if (mail) {
    const subject = encodeURIComponent(`Counterpart ${document.kind} ${document.id}`);
    const body = encodeURIComponent(`The file ${documentName(document)} is attached.`);
    mail.href = `mailto:${settings.contact}?subject=${subject}&body=${body}`;
  }
}

export function saveDocument() {
  save($("ways-name").textContent, $("ways-text").value);
}

export async function copyDocument() {
  try {
    await navigator.clipboard.writeText($("ways-text").value);
    $("ways-copied").textContent = "Copied.";
  } catch {
    $("ways-text").select();
    $("ways-copied").textContent = "Selected: copy it with your keyboard.";
  }
  announce($("ways-copied").textContent);
}
