/* An e-mail address as people paste it, made into the address alone: the same in counterpart/world/address.py. */

/** The address that was typed: without what cannot be seen, "mailto:", a name around it, or quotes; its domain as
 * name servers know it. What is no address stays none: the verdict says so. */
export function plainAddress(typed) {
  let text = typed.normalize("NFKC").replace(/\p{Cf}/gu, "").trim();
  text = text.match(/<([^<>]*)>$/)?.[1].trim() ?? text;
  if (/^mailto:/i.test(text)) text = text.slice(7).split("?")[0];
  text = text.replace(/^"([^"\\]*)"@/, "$1@");
  const at = text.lastIndexOf("@");
  return at < 0 ? text : text.slice(0, at + 1) + knownDomain(text.slice(at + 1));
}

function knownDomain(domain) {
  if (/^[\x00-\x7f]*$/.test(domain) || /[^A-Za-z0-9.\-\u0080-\uffff]/.test(domain)) return domain;
  try {
    return new URL(`https://${domain}`).hostname;
  } catch {
    return domain;
  }
}
