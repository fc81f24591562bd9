/* A field that finds one of a long list while one types: the combobox with a list box of the WAI-ARIA practices. */

import { $, make } from "./page.js";

const SHOWN = 40; // more is a list that nobody reads

/** A text without accents and case, in which one looks. */
export function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The finder in the element with this id.
 *
 * `options`: {value, label, note, words}, the words being what can be typed. `onPick` gets an option, or null when
 * what stands in the field names none. With `keep: false` the field is emptied after each choice, for several. */
export class Finder {
  constructor(id, options, { onPick, keep = true }) {
    this.input = $(id);
    this.list = $(`${id}-list`);
    this.count = $(`${id}-count`);
    this.options = options.map((each) => ({ ...each, found: plain([each.label, each.note, each.words].join(" ")) }));
    this.onPick = onPick;
    this.keep = keep;
    this.picked = null;
    this.matches = [];
    this.active = -1;
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("click", () => this.open());
    this.input.addEventListener("blur", () => this.left());
    // A press on an option must not take the focus out of the field.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) this.pick(this.matches[Number(item.dataset.index)]);
    });
  }

  get value() {
    return this.picked?.value ?? null;
  }

  /** Choose by value; a value that is not in the list empties the field. */
  set value(value) {
    this.picked = this.options.find((each) => each.value === value) ?? null;
    this.input.value = this.keep && this.picked ? this.picked.label : "";
    this.close();
  }

  typed() {
    if (this.picked !== null && this.keep) {
      this.picked = null;
      this.onPick(null);
    }
    this.open();
  }

  open() {
    const asked = plain(this.input.value).split(/[^\p{L}\p{N}+:]+/u).filter(Boolean);
    const all = this.picked && this.keep ? this.options : this.options.filter(({ found }) => fits(found, asked));
    const begins = asked.join(" ");
    const rank = (each) => (plain(each.label).startsWith(begins) ? 0 : 1);
    this.matches = [...all].sort((a, b) => rank(a) - rank(b)).slice(0, SHOWN);
    this.active = -1;
    this.draw(all.length);
  }

  draw(total) {
    this.list.replaceChildren(
      ...this.matches.map(({ label, note }, index) => {
        const parts = [make("span", {}, label), ...(note ? [make("small", {}, note)] : [])];
        return make(
          "li",
          { role: "option", id: `${this.list.id}-${index}`, "data-index": index, "aria-selected": "false" },
          ...parts,
        );
      }),
    );
    const more = total - this.matches.length;
    this.count.textContent =
      total === 0 ? "Nothing found." : `${total} found.${more > 0 ? ` ${this.matches.length} shown; type more.` : ""}`;
    this.list.hidden = this.matches.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    this.list.hidden = true;
    this.active = -1;
    this.count.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  pressed(event) {
    const open = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) this.open();
      this.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && open) {
      event.preventDefault(); // Enter chooses here; it does not send the form
      this.pick(this.matches[Math.max(this.active, 0)]);
    } else if (event.key === "Enter") {
      event.preventDefault();
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      this.close();
    }
  }

  move(step) {
    if (this.matches.length === 0) return;
    const items = [...this.list.children];
    items[this.active]?.setAttribute("aria-selected", "false");
    const last = this.matches.length - 1;
    const next = this.active + step;
    this.active = next < 0 ? last : next > last ? 0 : next;
    if (this.active < 0) this.active = 0;
    items[this.active].setAttribute("aria-selected", "true");
    items[this.active].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", items[this.active].id);
  }

  pick(option) {
    if (option === undefined) return;
    this.value = option.value;
    this.onPick(option);
  }

  /** Somebody who typed the whole name, or all but one name, need not choose it. */
  left() {
    if (this.picked === null && this.input.value.trim() !== "") {
      const typed = plain(this.input.value.trim());
      const named = this.options.filter((each) => plain(each.label) === typed);
      const left = named.length === 1 ? named : this.matches.length === 1 && !this.list.hidden ? this.matches : [];
      if (left.length === 1) this.pick(left[0]);
    }
    this.close();
  }
}

/** Whether each word that was typed begins a word of the option. */
function fits(found, asked) {
  return asked.every((word) => found.startsWith(word) || found.includes(` ${word}`) || found.includes(`(${word}`));
}
