/* What stays: a draft of the profile in this browser, and the copy that the applicant saves as a file. */

import { holds } from "./receipt.js";

const KIND = "counterpart-copy";
const LARGEST = 65_536;

/** The draft of one round: the profile and nothing else. A browser that keeps nothing is no reason to stop. */
export class Draft {
  constructor(round) {
    this.key = `counterpart-draft-${round}`;
  }

  load() {
    try {
      const found = JSON.parse(localStorage.getItem(this.key));
      return found !== null && typeof found === "object" ? found : null;
    } catch {
      return null;
    }
  }

  save(profile) {
    const { code_of_conduct: _, ...kept } = profile;
    try {
      localStorage.setItem(this.key, JSON.stringify(kept));
    } catch {
      // private windows and full disks
    }
  }

  clear() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // nothing was kept then
    }
  }
}

/** The copy of an application: what was answered, and the receipt. */
export function copyOf({ settings, id, receipt, corrections, profile, identity, received, digest }) {
  const { format: _, round: __, id: ___, profile: ____, ...words } = identity;
  return {
    kind: KIND,
    format: 1,
    about: "Your copy of an application. It holds your name and a private key: keep it where only you can read it.",
    round: settings.round,
    title: settings.title,
    id,
    corrections,
    received,
    digest,
    receipt,
    profile,
    identity: words,
  };
}

/** The name of the file that a copy is saved as. */
export function copyName(copy) {
  return `counterpart-copy-${copy.round}-${copy.id}.json`;
}

/** The name of the file that a document is saved as. */
export function documentName(document) {
  const ends = { application: "", correction: `.${document.correction}`, withdrawal: ".withdrawal" };
  return `counterpart-${document.round}-${document.id}${ends[document.kind]}.json`;
}

/** The copy in a file, or a sentence that says why there is none. */
export async function readCopy(file) {
  const sentence = "This is not a copy that the form made. Its name begins with “counterpart-copy”.";
  if (file.size > LARGEST) return sentence;
  let copy;
  try {
    copy = JSON.parse(await file.text());
  } catch {
    return sentence;
  }
  const whole =
    copy !== null &&
    typeof copy === "object" &&
    copy.kind === KIND &&
    copy.format === 1 &&
    /^[0-9]{4}-[1-9]$/.test(copy.round) &&
    /^[0-9A-HJKMNP-TV-Z]{10}$/.test(copy.id) &&
    Number.isInteger(copy.corrections) &&
    isObject(copy.profile) &&
    isObject(copy.identity) &&
    isObject(copy.receipt);
  if (!whole) return copy?.kind === "application" ? "This is the file to be sent, not your copy. Your copy’s name begins with “counterpart-copy”." : sentence;
  return holds(copy.receipt) ? copy : "This copy was changed: its receipt is not whole.";
}

function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
