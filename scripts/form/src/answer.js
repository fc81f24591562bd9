/* The page behind a personal link: one answer, sealed and signed in the browser. Opening the page sends nothing,
 * so that a program that looks at the links of a mail changes nothing. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { Outbox } from "./outbox.js";
import { $, announce, save, show } from "./page.js";
import { signed } from "./receipt.js";
import { Refused } from "./relay.js";
import { seal } from "./seal.js";

const settings = JSON.parse($("settings").textContent);
const LINK = /^#(pulse|mid-survey|end-survey|mails|statement)\.([0-9]{4}-[1-9])\.([0-9A-HJKMNP-TV-Z]{10})\.([A-Za-z0-9_-]{136})$/;
const VIEWS = ["bad", "old", "pulse", "mid-survey", "end-survey", "mails", "statement", "done", "file"];

const outbox = new Outbox(settings.relay, say, (seconds) => say(`It cannot be sent just now. The page tries again in ${seconds} seconds.`));
let link = null;
let document_ = null;

function base64(data) {
  return btoa(String.fromCharCode(...data));
}

/** What the link holds; null where it is none of this round, or is cut. */
function readLink(hash) {
  const match = LINK.exec(hash);
  if (match === null || match[2] !== settings.round) return null;
  const packed = Uint8Array.from(atob(match[4].replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  if (packed[0] !== 1) return null;
  const seconds = packed.slice(33, 38).reduce((sum, byte) => sum * 256 + byte, 0);
  const receipt = { private: base64(packed.slice(1, 33)), public: base64(ed25519.getPublicKey(packed.slice(1, 33))) };
  return {
    about: match[1],
    id: match[3],
    receipt,
    expires: new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z"),
    certificate: base64(packed.slice(38)),
  };
}

function now() {
  return settings.pretend_now ? new Date(settings.pretend_now) : new Date();
}

const heading = $("heading");
const plain = { heading: heading.textContent, title: document.title }; // what stands there without a script
let shown = false;

function view(name) {
  for (const each of VIEWS) show(each === name, each);
  document.body.dataset.view = name;
  if (!["done", "file"].includes(name)) {
    const words = $(name).dataset.heading;
    heading.textContent = words ?? plain.heading;
    document.title = words === undefined ? plain.title : `${words} – ${settings.title}`;
  }
  if (shown) $(name).querySelector("h2").focus({ preventScroll: true });
  shown = true;
}

function say(text) {
  $("progress").textContent = text;
  announce(text);
}

function begin() {
  const secure = window.isSecureContext && Boolean(globalThis.crypto?.subtle);
  show(!secure, "insecure");
  if (!secure) return;
  link = readLink(location.hash);
  if (link === null) view("bad");
  else if (now() > new Date(link.expires)) view("old");
  else view(link.about);
}

/** What a form says, without what was left empty. */
function answers(form, pressed) {
  const data = {};
  for (const [name, value] of new FormData(form, pressed)) {
    const text = value.trim();
    if (text === "") continue;
    if (name === "guides") data.guides = [...(data.guides ?? []), text];
    else data[name] = name === "hours" ? Number.parseInt(text, 10) : text;
  }
  if (data.said !== "away") delete data.until;
  return data;
}

async function submit(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const data = answers(form, event.submitter);
  if (data.said === "away" && data.until === undefined) {
    say("Write the last day on which you are away.");
    form.elements.until.focus();
    return;
  }
  if (Object.keys(data).length === 0) {
    say("Answer at least one of the questions.");
    return;
  }
  for (const button of document.querySelectorAll("form button")) button.disabled = true;
  try {
    await send({ format: 1, round: settings.round, id: link.id, about: link.about, ...data });
  } catch {
    say("This browser could not seal your answer, and nothing was sent. Please try another or a newer browser.");
  }
  for (const button of document.querySelectorAll("form button")) button.disabled = false;
}

async function send(answer) {
  say("Sealing your answer…");
  const sealed = await seal(answer, settings.recipients);
  const { id, expires, certificate, receipt } = link;
  const part = { kind: "response", format: 1, round: settings.round, id, key: receipt.public, expires, certificate, sealed };
  document_ = signed("response", part, receipt);
  if (!settings.relay) return byFile();
  const told = await outbox.send(document_);
  if (told instanceof Refused) say(told.sentence || "The answer was not taken. Please answer the mail instead.");
  else if (told !== null) {
    say("");
    view("done");
    announce("Thank you. Your answer has arrived.");
  }
}

function byFile() {
  say("");
  $("file-text").value = JSON.stringify(document_);
  view("file");
}

for (const form of document.querySelectorAll("form")) form.addEventListener("submit", submit);
$("file-save").addEventListener("click", () => save(`counterpart-${settings.round}-${link.id}-answer.json`, $("file-text").value));
$("more").addEventListener("click", () => {
  outbox.stop();
  begin();
});
window.addEventListener("hashchange", begin);
begin();
