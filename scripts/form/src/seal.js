/* Seals what names a person with age, to the keys that were put into the page when it was made. */

import { Encrypter, armor } from "age-encryption";

/** Every sealed text has this many bytes before it is sealed, so that its length says nothing. */
export const SIZE = 4096;

const X25519 = /^age1[02-9ac-hj-np-z]{58}$/;

/** The identity as an armored age file. Two recipients at least, all of one kind: the library would mix kinds. */
export async function seal(identity, recipients) {
  if (recipients.length < 2 || !recipients.every((each) => X25519.test(each))) {
    throw new Error("the page does not have the keys that it needs");
  }
  const plain = new TextEncoder().encode(JSON.stringify(identity));
  if (plain.length > SIZE) throw new Error("the identity is too long");
  const padded = new Uint8Array(SIZE).fill(32);
  padded.set(plain);
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return `${armor.encode(await encrypter.encrypt(padded)).trim()}\n`;
}
