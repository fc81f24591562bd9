/* The relay: asks for a challenge, does the work, sends the document. It cannot read the sealed part. */

import { canonical, hash } from "./canonical.js";
import { signed } from "./receipt.js";

const PATIENCE = 30_000; // milliseconds for one answer
const MOST_BITS = 24; // more would keep a phone busy for minutes

/** The relay cannot be reached or asks to wait; `after` is in seconds, if it said so. `sent`: it may have arrived. */
export class Later extends Error {
  constructor(after) {
    super("later");
    this.after = after;
    this.sent = false;
  }
}

/** The relay does not take the document: its sentence, and the fields that it names. */
export class Refused extends Error {
  constructor(status, answer) {
    super("refused");
    this.status = status;
    this.rule = typeof answer?.error === "string" ? answer.error : "";
    this.sentence = typeof answer?.message === "string" ? answer.message : "";
    this.fields = Array.isArray(answer?.fields) ? answer.fields : [];
  }
}

/** Send a document; what the relay says of it. Later or Refused when it is not taken. */
export async function deliver(relay, document, report) {
  for (let attempt = 1; ; attempt++) {
    report("Asking the relay…");
    const { challenge, bits } = await ask(`${relay}/v1/challenge`);
    if (typeof challenge !== "string" || !Number.isInteger(bits) || bits > MOST_BITS) throw new Later();
    report("Your computer is doing a short calculation, which keeps senders of spam away…");
    const nonce = await work(`${challenge}:${hash(canonical(document))}:`, bits);
    report("Sending…");
    try {
      return await ask(`${relay}/v1/submissions`, { document, challenge, nonce, website: "" });
    } catch (error) {
      if (error instanceof Later) error.sent = true;
      // The challenge may have run out while a slow computer was busy: once more, with a new one.
      if (!(error instanceof Refused && error.status === 403 && attempt < 3)) throw error;
    }
  }
}

/** The status of an application, asked with its receipt. The moment is the computer's own clock, in UTC. */
export async function askStatus(relay, copy) {
  const at = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  return ask(`${relay}/v1/status`, signed("status", { round: copy.round, id: copy.id, at }, copy.receipt));
}

async function ask(address, body) {
  let response;
  let answer;
  try {
    response = await fetch(address, {
      method: body ? "POST" : "GET",
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body && JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
    });
    answer = await response.json().catch(() => null);
  } catch {
    throw new Later();
  }
  if (response.ok && answer !== null && typeof answer === "object") return answer;
  if (response.ok || response.status === 429 || response.status >= 500) {
    throw new Later(Number.parseInt(response.headers.get("Retry-After") ?? "", 10) || undefined);
  }
  throw new Refused(response.status, answer);
}

/** The number that the relay asks for, found in a worker. */
function work(prefix, bits) {
  return new Promise((resolve, reject) => {
    const worker = new Worker("worker.js");
    const end = (settle, value) => {
      worker.terminate();
      settle(value);
    };
    worker.onmessage = ({ data }) => data.nonce !== undefined && end(resolve, data.nonce);
    worker.onerror = () => end(reject, new Later());
    worker.postMessage({ prefix, bits });
  });
}
