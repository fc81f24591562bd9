/* The receipt: an Ed25519 key that only the applicant keeps. It signs corrections, withdrawals and questions. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { signedText } from "./canonical.js";

const ID = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Ten characters drawn at random; they say nothing about the person. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => ID[byte & 31]).join("");
}

/** A new receipt, both halves in base64. */
export function newReceipt() {
  const seed = crypto.getRandomValues(new Uint8Array(32));
  return { public: base64(ed25519.getPublicKey(seed)), private: base64(seed) };
}

/** The document with its signature. */
export function signed(kind, data, receipt) {
  const signature = ed25519.sign(utf8ToBytes(signedText(kind, data)), bytes(receipt.private));
  return { ...data, signature: base64(signature) };
}

/** Whether both halves are there and belong together. */
export function holds(receipt) {
  try {
    return base64(ed25519.getPublicKey(bytes(receipt.private))) === receipt.public;
  } catch {
    return false;
  }
}

function base64(data) {
  return btoa(String.fromCharCode(...data));
}

function bytes(text) {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
