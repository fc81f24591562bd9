/* The application page: what is shown when, and what follows from each button. */

import { clock, words } from "./calendar.js";
import { digest } from "./canonical.js";
import { Fields } from "./fields.js";
import { Draft, copyName, copyOf, documentName, readCopy } from "./keep.js";
import { Outbox } from "./outbox.js";
import { $, announce, facts, save, show } from "./page.js";
import { newId, newReceipt, signed } from "./receipt.js";
import { Later, Refused, askStatus } from "./relay.js";
import { seal } from "./seal.js";
import { judge } from "./verdict.js";
import { showWindow } from "./window.js";

const settings = JSON.parse($("settings").textContent);
const now = clock(settings);
const draft = new Draft(settings.round);
const outbox = new Outbox(settings.relay, progress, waiting);

/** What must not be lost by closing the page: a document not yet sent, or a copy not yet saved. */
let unsaved = false;
let phaseNow = "";
let correcting = null; // the copy that is corrected
let copy = null; // the copy at hand in "Already applied?"
let outgoing = null; // {document, copy}: what is on its way
let busy = false;

const fields = new Fields(settings, now, () => {
  if (!correcting && !outgoing) draft.save(fields.profile());
});

// What is shown

function view(name) {
  const secure = window.isSecureContext && Boolean(globalThis.crypto?.subtle);
  show(!secure, "insecure");
  show(name === "form" && secure && phaseNow !== "closed", "form");
  show(name === "form" && secure, "applied");
  show(name === "waiting", "waiting");
  show(name === "waiting" || name === "ways", "ways");
  show(name === "receipt", "receipt");
  document.body.dataset.view = name;
}

function heed(element) {
  element.focus();
  element.scrollIntoView({ block: "start" });
}

function showPhase() {
  const before = phaseNow;
  phaseNow = showWindow(settings, now());
  const reason = phaseNow === "early" ? "Sending opens with the applications. Your answers stay in this browser until then, except those that are sealed." : "";
  $("blocked").textContent = reason;
  show(reason !== "", "blocked");
  show(reason === "", "send");
  if (before !== phaseNow && document.body.dataset.view === "form") view("form");
}

function progress(text) {
  $("progress").textContent = text;
  $("waiting-next").textContent = text;
  announce(text);
}

// Sending

async function submit(event) {
  event.preventDefault();
  if (busy || phaseNow === "early") return;
  showPhase();
  const profile = fields.profile();
  const words_ = fields.identity();
  const id = correcting?.id ?? newId();
  const identity = { format: 1, round: settings.round, id, profile: digest(profile), ...words_ };
  const arrives = correcting?.received ? new Date(correcting.received) : now();
  const problems = judge(profile, identity, settings, arrives);
  if (problems.length > 0) {
    fields.showErrors(problems);
    return;
  }
  fields.clearErrors();
  busy = true;
  $("send").disabled = true;
  try {
    await sendForm(profile, identity);
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Later)) {
      refuse("This browser could not seal your answers. Nothing was sent. Please try a newer browser.");
    } else refuse(refusal(error));
  } finally {
    busy = false;
    $("send").disabled = false;
    $("progress").textContent = "";
  }
}

async function sendForm(profile, identity) {
  const receipt = correcting?.receipt ?? newReceipt();
  const corrections = correcting ? await nextCorrection(correcting) : 1;
  progress("Sealing what names you…");
  const sealed = await seal(identity, settings.recipients);
  const whole = { format: 1, round: settings.round, id: identity.id, receipt: receipt.public, profile, sealed };
  const document = correcting
    ? signed("correction", { kind: "correction", ...whole, correction: corrections }, receipt)
    : { kind: "application", ...whole };
  const kept = copyOf({
    settings,
    id: identity.id,
    receipt,
    corrections,
    profile,
    identity,
    received: correcting?.received ?? null,
    digest: digest(document),
  });
  await sendOut(document, kept);
}

/** The number of the next correction: the relay knows best; without it, the copy counts. */
async function nextCorrection(from) {
  if (settings.relay) {
    try {
      const { corrections, status } = await askStatus(settings.relay, from);
      if (status === "withdrawn") throw new Refused(409, { message: "This application was withdrawn. You can apply anew." });
      if (Number.isInteger(corrections)) return corrections + 1;
    } catch (error) {
      if (error instanceof Refused && error.status !== 403) throw error;
    }
  }
  return from.corrections + 1;
}

async function sendOut(document, kept) {
  outgoing = { document, copy: kept };
  unsaved = true;
  showWays(document);
  if (!settings.relay) {
    finish(null);
    return;
  }
  const answer = await outbox.send(document);
  if (answer === null) return;
  if (!(answer instanceof Refused)) finish(answer);
  else if (answer.status === 409 && document.kind === "application") await again(kept);
  else refused(answer);
}

/** Somebody else's application has this id already, by chance: seal again under another. */
async function again(kept) {
  const id = newId();
  const identity = { format: 1, round: settings.round, id, profile: digest(kept.profile), ...kept.identity };
  await sendForm(kept.profile, identity);
}

function refused(answer) {
  const known = answer.fields.filter(({ field, message }) => typeof field === "string" && typeof message === "string");
  outgoing = null;
  unsaved = false;
  view("form");
  const named = known.filter(({ field }) => fields.control(field));
  fields.showErrors(named.length > 0 ? named : [{ field: "", message: refusal(answer) }]);
}

function refusal(error) {
  return error.sentence || "The relay did not take the application. Nothing was sent; your answers are still here.";
}

function refuse(sentence) {
  outgoing = null;
  unsaved = false;
  view("form");
  fields.showErrors([{ field: "", message: sentence }]);
}

/** The relay is not there, or busy: say so, keep the document, offer the other ways. */
function waiting(seconds) {
  const first = document.body.dataset.view !== "waiting";
  $("waiting-title").textContent = "Not sent yet: the relay cannot be reached";
  $("waiting-words").textContent =
    "Your answers are sealed and kept in this page while it is open. The page tries again by itself. You can also send the file yourself, as it says below.";
  const at = new Date(Date.now() + seconds * 1000);
  const clockTime = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(at);
  view("waiting");
  $("waiting-next").textContent = `The next try is at ${clockTime}, in ${seconds} seconds.`;
  announce(`Not sent yet. The next try is in ${seconds} seconds.`);
  if (first) heed($("waiting"));
}

function showWays(document) {
  const by = !settings.relay;
  $("ways-title").textContent = by ? "Send the file" : "Or send it yourself";
  $("ways-words").textContent = "The file is sealed: whoever carries it cannot read your name. Send it from your own address.";
  $("ways-name").textContent = documentName(document);
  $("ways-text").value = JSON.stringify(document);
  $("ways-copied").textContent = "";
  const mail = $("ways-mail");
  if (mail) {
    const subject = encodeURIComponent(`Counterpart ${document.kind} ${document.id}`);
    const body = encodeURIComponent(`Please find attached the file ${documentName(document)}.`);
    mail.href = `mailto:${settings.contact}?subject=${subject}&body=${body}`;
  }
}

// The receipt

function finish(answer) {
  const { document: sent, copy: kept } = outgoing;
  if (sent.kind === "withdrawal") {
    withdrawn(answer);
    return;
  }
  const received = answer?.received ?? null;
  const same = answer === null || answer.digest === undefined || answer.digest === kept.digest;
  copy = { ...kept, received: kept.received ?? received };
  const correction = sent.kind === "correction";
  $("receipt-title").textContent = answer
    ? `Your ${correction ? "correction" : "application"} was received`
    : `Your ${correction ? "correction" : "application"} is ready to be sent`;
  $("receipt-words").textContent = !same
    ? "The relay says that it received something else than this page sent. Please tell the coordinators, with your id."
    : answer
      ? "Thank you. Nothing more is needed from you now, except to save your copy."
      : "It is not sent yet: save the file above and mail it, before applications close. Save your copy as well.";
  facts($("receipt-facts"), [
    ["Id", sent.id],
    ...(correction ? [["Correction", String(sent.correction)]] : []),
    ...(received ? [["Received", words(new Date(received))]] : []),
    ["Digest", kept.digest],
  ]);
  $("receipt-name").textContent = copyName(copy);
  $("receipt-change").textContent =
    "Load your copy on this page, under “Already applied?”. You can correct your answers until applications close, and withdraw at any time. No account is needed.";
  for (const step of $("ladder").children) step.removeAttribute("aria-current");
  if (answer) $("ladder").children[0].setAttribute("aria-current", "step");
  draft.clear();
  fields.clearProfile();
  fields.clearIdentity();
  stopCorrecting();
  view(answer ? "receipt" : "ways");
  show(true, "receipt");
  announce($("receipt-title").textContent);
  heed(answer ? $("receipt") : $("receipt"));
}

function saveCopy() {
  save(copyName(copy), `${JSON.stringify(copy, null, 2)}\n`);
  if (settings.relay) unsaved = false;
  $("receipt-name").textContent = `Saved as ${copyName(copy)}`;
}

// Already applied?

async function loadCopy(event) {
  const [file] = event.target.files;
  if (!file) return;
  const found = await readCopy(file);
  const wrong =
    typeof found === "string"
      ? found
      : found.round === settings.round
        ? ""
        : `This copy is of round ${found.round}. To bring its answers to this round, load it above, under “Took part before?”.`;
  fileError("copy", wrong, event.target);
  copy = wrong ? null : found;
  showCopy();
}

function fileError(name, sentence, input) {
  $(`${name}-error`).textContent = sentence;
  show(sentence !== "", `${name}-error`);
  if (sentence) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
  if (sentence) announce(sentence);
}

function showCopy() {
  show(copy !== null, "copy-part");
  show(false, "confirm");
  $("copy-answer").textContent = "";
  if (copy === null) return;
  $("copy-words").textContent = `This is your copy of application ${copy.id}.`;
  show(phaseNow !== "closed", "correct");
}

const MEANINGS = {
  received: "It has arrived, and is not checked yet.",
  checked: "It is complete and fits the round.",
  "in the pool": "You take part when partners are sought.",
  paired: "You have a partner.",
  waiting: "There was no place or no partner for you so far.",
  withdrawn: "It was withdrawn. You do not take part.",
};

async function status() {
  $("copy-answer").textContent = "Asking…";
  try {
    const { status: step } = await askStatus(settings.relay, copy);
    $("copy-answer").textContent = step in MEANINGS ? `Status: ${step}. ${MEANINGS[step]}` : "The relay’s answer is not known to this page.";
  } catch (error) {
    $("copy-answer").textContent =
      error instanceof Refused
        ? error.sentence || "The relay does not know an application with this receipt."
        : "The relay cannot be reached now. Please try again later.";
  }
}

function startCorrecting() {
  correcting = copy;
  fields.clearErrors();
  const dropped = fields.fillProfile(copy.profile);
  fields.fillIdentity(copy.identity);
  $("code_of_conduct").checked = copy.profile.code_of_conduct === settings.code_of_conduct;
  tellDropped(dropped);
  $("correcting-words").textContent = `You are correcting application ${copy.id}. What you send replaces it as a whole.`;
  show(true, "correcting");
  show(false, "draft", "bring");
  $("send").textContent = settings.relay ? "Seal and send the correction" : "Seal and make the file";
  heed($("correcting"));
}

function stopCorrecting() {
  correcting = null;
  show(false, "correcting", "dropped");
  show(true, "bring");
  $("send").textContent = settings.relay ? "Seal and send" : "Seal and make the file";
}

async function withdraw() {
  show(false, "confirm");
  const document = signed("withdrawal", { kind: "withdrawal", format: 1, round: copy.round, id: copy.id }, copy.receipt);
  try {
    await sendOut(document, copy);
  } catch {
    $("copy-answer").textContent = "The withdrawal could not be sent. Please try again later.";
  }
}

function withdrawn(answer) {
  unsaved = false;
  outgoing = null;
  if (answer === null) {
    view("ways");
    heed($("ways"));
    return;
  }
  view("form");
  show(false, "copy-part");
  copy = null;
  $("copy-file").value = "";
  const words_ = "Your application was withdrawn. You do not take part in this round.";
  show(true, "copy-part");
  $("copy-words").textContent = words_;
  for (const id of ["ask", "correct", "withdraw"]) if ($(id)) $(id).hidden = true;
  announce(words_);
  heed($("applied"));
}

// A copy of an earlier round

async function bring(event) {
  const [file] = event.target.files;
  if (!file) return;
  const found = await readCopy(file);
  const wrong =
    typeof found === "string"
      ? found
      : found.round === settings.round
        ? "This copy is of this round: load it below, under “Already applied?”."
        : "";
  fileError("bring", wrong, event.target);
  if (wrong) return;
  const dropped = fields.fillProfile({ ...found.profile, returning: true });
  fields.fillIdentity(found.identity);
  draft.save(fields.profile());
  tellDropped(dropped, "Your answers are filled in. Please look through them and accept the code of conduct. ");
}

function tellDropped(dropped, before = "") {
  const lost = dropped.length ? `This round does not have all that you chose: ${dropped.join(", ")} left out.` : "";
  $("dropped").firstElementChild.textContent = before + lost;
  show(before + lost !== "", "dropped");
  if (before) heed($("dropped"));
}

// Beginning

function begin() {
  showPhase();
  const kept = draft.load();
  if (kept && phaseNow !== "closed") {
    fields.fillProfile(kept);
    show(Object.keys(kept).length > 1, "draft");
  } else fields.guessZone();
  view("form");
  setInterval(showPhase, 20_000);
}

$("form").addEventListener("submit", submit);
$("clear-draft").addEventListener("click", () => {
  draft.clear();
  fields.clearProfile();
  fields.guessZone();
  show(false, "draft");
  announce("The draft is cleared.");
  $("name").focus();
});
$("stop-correcting").addEventListener("click", () => {
  stopCorrecting();
  fields.clearProfile();
  fields.clearIdentity();
  fields.guessZone();
  heed($("applied"));
});
$("bring-file").addEventListener("change", bring);
$("retry").addEventListener("click", () => outbox.hurry());
$("back").addEventListener("click", () => {
  outbox.stop();
  outgoing = null;
  unsaved = false;
  view("form");
  heed($("main"));
});
$("ways-save").addEventListener("click", () => {
  if (outgoing) save(documentName(outgoing.document), $("ways-text").value);
  else save($("ways-name").textContent, $("ways-text").value);
});
$("ways-copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText($("ways-text").value);
    $("ways-copied").textContent = "Copied.";
  } catch {
    $("ways-text").select();
    $("ways-copied").textContent = "Selected: copy it with your keyboard.";
  }
  announce($("ways-copied").textContent);
});
$("receipt-save").addEventListener("click", saveCopy);
$("receipt-again").addEventListener("click", () => {
  outgoing = null;
  view("form");
  fields.guessZone();
  showCopy();
  for (const id of ["ask", "withdraw"]) if ($(id)) $(id).hidden = false;
  heed($("applied"));
});
$("copy-file").addEventListener("change", loadCopy);
$("ask")?.addEventListener("click", status);
$("correct").addEventListener("click", startCorrecting);
$("withdraw").addEventListener("click", () => {
  show(true, "confirm");
  heed($("confirm"));
});
$("confirm-no").addEventListener("click", () => {
  show(false, "confirm");
  $("withdraw").focus();
});
$("confirm-yes").addEventListener("click", withdraw);
window.addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});
begin();
