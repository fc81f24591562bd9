/* From the form to the relay: judge, seal, send, and what is shown on the way. */

import { attemptAt } from "./attempt.js";
import { canonical, digest } from "./canonical.js";
import { copyOf, documentName } from "./keep.js";
import { Outbox } from "./outbox.js";
import { $, announce, save } from "./page.js";
import { signed } from "./receipt.js";
import { showReceipt } from "./received.js";
import { Later, Refused, askStatus } from "./relay.js";
import { seal } from "./seal.js";
import { draft, fields, heed, now, settings, state, view } from "./state.js";
import { judge } from "./verdict.js";

const UNANSWERED =
  "The relay has not answered, so your application may have arrived. You can change your answers and send again: it stays one application.";

const outbox = new Outbox(settings.relay, progress, waiting);

/** What the button of the form does. */
export async function submit(event) {
  event.preventDefault();
  const late = state.phase === "closed"; // then only what is sealed can be corrected
  if (state.sending || state.phase === "early" || (late && !state.correcting)) return;
  const profile = late ? state.correcting.profile : fields.profile();
  const typed = fields.identity();
  const mine = attemptAt(state.correcting);
  const arrives = mine.from?.received ? new Date(mine.from.received) : now();
  const problems = judge(profile, identityOf(mine, profile, typed), settings, arrives);
  if (problems.length > 0) {
    fields.showErrors(problems);
    return;
  }
  fields.clearErrors();
  state.sending = true;
  state.byFile = !settings.relay || event.submitter?.id === "by-file";
  $("send").disabled = true;
  try {
    await sendForm(mine, profile, typed);
  } catch (error) {
    refuse(
      error instanceof Refused
        ? refusal(error)
        : "This browser could not seal your answers, and nothing was sent. Please try another or a newer browser.",
    );
  } finally {
    state.sending = false;
    $("send").disabled = false;
    $("progress").textContent = mine.lost ? UNANSWERED : "";
  }
}

function identityOf(mine, profile, typed) {
  return { format: 1, round: settings.round, id: mine.id, profile: digest(profile), ...typed };
}

async function sendForm(mine, profile, typed) {
  for (let tries = 0; ; tries++) {
    await prepare(mine, profile, typed);
    const answer = await sendOut(mine.document);
    mine.lost ||= outbox.lost;
    if (answer === null) return; // stopped: back to the form
    if (answer instanceof Refused && answer.status === 409 && tries < 3) mine.taken();
    else if (answer instanceof Refused) return refused(answer);
    else return received(mine, profile, identityOf(mine, profile, typed), answer);
  }
}

/** The attempt's document. When nothing was edited it is the very same, which a relay takes once. */
async function prepare(mine, profile, typed) {
  const content = canonical([profile, typed]);
  if (content === mine.content) return;
  if (mine.lost && !mine.from && settings.relay) await lookFor(mine);
  const { from, id, receipt } = mine;
  const correction = from ? await nextCorrection(from) : 1;
  progress("Sealing what names you…");
  const sealed = await seal(identityOf(mine, profile, typed), settings.recipients);
  const whole = { format: 1, round: settings.round, id, receipt: receipt.public, profile, sealed };
  mine.document = from
    ? signed("correction", { kind: "correction", ...whole, correction }, receipt)
    : { kind: "application", ...whole };
  mine.content = content;
}

/** Ask whether the application arrived that was not answered: what is sent now is then its correction. When that
 * cannot be known, the same id keeps it from becoming a second one. */
async function lookFor(mine) {
  progress("Asking whether your first try arrived…");
  try {
    const { corrections } = await askStatus(settings.relay, mine);
    mine.arrived(corrections);
  } catch (error) {
    if (!(error instanceof Later || error instanceof Refused)) throw error;
  }
}

function received(mine, profile, identity, answer) {
  const { document, receipt, from, id } = mine;
  const sent = digest(document);
  const moment = from?.received ?? answer?.received ?? null;
  const corrections = document.correction ?? 1;
  state.copy = copyOf({ settings, id, receipt, corrections, profile, identity, received: moment, digest: sent });
  const replaces = from !== null && !state.correcting;
  mine.end();
  draft.clear();
  view("receipt");
  showReceipt(document, sent, answer, replaces);
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
  // What may have arrived has a receipt, and so far only this page holds it.
  if (answer === null || answer instanceof Refused) state.unsaved = outbox.lost;
  return answer;
}

/** Do not wait for the next try. */
export function hurry() {
  outbox.hurry();
}

/** Back to the form; nothing is sent any more, and the answers are still there. */
export function goBack() {
  outbox.stop();
  state.unsaved = outbox.lost;
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
