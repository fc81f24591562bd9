/* The proof of work, beside the page so that the page stays usable: a number such that the hash of
 * prefix + number begins with so many zero bits. */

import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

const REPORT_EVERY = 16384;

function zeroBits(hash) {
  let bits = 0;
  for (const byte of hash) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24;
    bits += 8;
  }
  return bits;
}

self.onmessage = ({ data: { prefix, bits } }) => {
  const begun = sha256.create().update(utf8ToBytes(prefix));
  for (let nonce = 0; ; nonce++) {
    if (zeroBits(begun.clone().update(utf8ToBytes(String(nonce))).digest()) >= bits) {
      self.postMessage({ nonce: String(nonce) });
      return;
    }
    if (nonce % REPORT_EVERY === REPORT_EVERY - 1) self.postMessage({ tried: nonce + 1 });
  }
};
