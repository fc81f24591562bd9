/* Checks a statement of participation with the published keys. Nothing leaves the browser: what the link holds
 * stands behind the '#', which browsers do not send. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { canonical } from "./canonical.js";
import { $, announce, facts, make, show } from "./page.js";

const keys = JSON.parse($("keys").textContent);
const LARGEST = 262_144;
/** What a statement may say, in the order in which it is shown. Those of earlier rounds say less. */
const WORDS = {
  name: "Name",
  role: "Role",
  programme: "Programme",
  association: "Association",
  title: "Round",
  began: "From",
  ended: "Until",
  hours: "Hours, as recorded by the participant",
  guides: "Guides",
  reflection: "In the participant’s own words",
  points: "Points",
  issued: "Issued",
  contact: "Contact",
};
const DAYS = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

function bytes(text) {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(plain), (char) => char.charCodeAt(0));
}

/** What is wrong with a statement, in a sentence; or the statement. */
function read(payload) {
  let signed;
  try {
    signed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes(payload)));
  } catch {
    return "It is not whole. Open the link or the file once more.";
  }
  const { statement, signature } = signed ?? {};
  const round = statement?.round;
  if (typeof round !== "string" || !Object.hasOwn(keys, round)) return "It names a round of which this programme has no key.";
  try {
    const message = utf8ToBytes(`counterpart statement 1\n${canonical(statement)}`);
    if (ed25519.verify(bytes(signature), message, bytes(keys[round]), { zip215: false })) return statement;
  } catch {
    // a signature that is none
  }
  return "Its signature is not that of this programme, or something in it was changed.";
}

/** A value as people read it: days in words, a contact that can be followed. */
function worded(key, value) {
  const text = String(value);
  if (["began", "ended", "issued"].includes(key) && /^\d{4}-\d\d-\d\d$/.test(text)) return DAYS.format(new Date(text));
  if (key === "contact" && /^https:\/\//.test(text)) return make("a", { href: text }, text);
  if (key === "contact" && /^[^\s@:?&]+@[^\s@:?&]+$/.test(text)) return make("a", { href: `mailto:${text}` }, text);
  return text;
}

function tell(payload) {
  const found = read(payload);
  const genuine = typeof found !== "string";
  show(genuine, "genuine");
  show(!genuine, "forged");
  if (genuine) {
    const known = Object.entries(WORDS).filter(([key]) => found[key] !== undefined);
    facts($("facts"), known.map(([key, words]) => [words, ...[found[key]].flat().map((value) => worded(key, value))]));
  } else $("why").textContent = found;
  announce(genuine ? "This statement is genuine." : `This statement is not genuine. ${found}`);
}

async function choose(event) {
  const [file] = event.target.files;
  if (!file) return;
  const text = file.size > LARGEST ? "" : await file.text();
  const held = new DOMParser().parseFromString(text, "text/html").querySelector('meta[name="counterpart-statement"]');
  tell(held?.content ?? "");
  document.querySelector("main > section:not([hidden]) h2").focus(); // the answer stands above the question
}

function begin() {
  if (location.hash.length > 1) tell(location.hash.slice(1));
}

$("file").addEventListener("change", choose);
window.addEventListener("hashchange", begin);
begin();
