/* Small words for the page's elements. Text goes in as text, never as markup. */

export const $ = (id) => document.getElementById(id);

/** A new element with attributes and children (elements or texts). */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Show or hide elements by their ids. */
export function show(visible, ...ids) {
  for (const id of ids) $(id).hidden = !visible;
}

/** Say something to those who do not see the screen; on the screen it stands elsewhere. */
export function announce(text) {
  $("status").textContent = text;
}

/** Fill a description list: each entry is a term, its value, and perhaps more values. */
export function facts(list, entries) {
  list.replaceChildren(
    ...entries.flatMap(([term, ...values]) => [
      make("dt", {}, term),
      ...values.map((value) => make("dd", {}, value)),
    ]),
  );
}

/** Let the browser save a text as a file. */
export function save(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
