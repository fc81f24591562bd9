/* The bytes that are signed and hashed: the same here and in counterpart/sealing/signed.py. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** JSON with sorted keys and no spaces. */
export function canonical(data) {
  if (Array.isArray(data)) return `[${data.map(canonical).join(",")}]`;
  if (data === null || typeof data !== "object") return JSON.stringify(data);
  const keys = Object.keys(data).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(data[key])}`).join(",")}}`;
}

/** The hash of a text's UTF-8, in hexadecimal. */
export function hash(text) {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** "sha256:…" of the data's canonical JSON. */
export function digest(data) {
  return `sha256:${hash(canonical(data))}`;
}

const PARTS = {
  correction: ["format", "round", "id", "correction", "receipt", "profile", "sealed"],
  withdrawal: ["format", "round", "id"],
  status: ["round", "id", "at"],
  response: ["format", "round", "id", "key", "expires", "certificate", "sealed"],
};

/** The message that a signature of this kind covers; in place of the sealed part stands its hash. */
export function signedText(kind, data) {
  const part = Object.fromEntries(PARTS[kind].map((key) => [key, data[key]]));
  if ("sealed" in part) part.sealed = `sha256:${hash(part.sealed)}`;
  return `counterpart ${kind} 1\n${canonical(part)}`;
}
