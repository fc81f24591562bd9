/* The interests: ticked in a list, then put in order with buttons. No dragging, so that every hand can do it. */

import { $, announce, make } from "./page.js";

const MOST = 5;

export class Topics {
  constructor(settings, onChange) {
    this.names = new Map(settings.topics.map(({ id, name }) => [id, name]));
    this.boxes = [...document.querySelectorAll("input[name=interests]")];
    this.order = [];
    this.onChange = onChange;
    for (const box of this.boxes) box.addEventListener("change", () => this.ticked(box));
  }

  get value() {
    return [...this.order];
  }

  set value(ids) {
    this.order = ids.filter((id) => this.names.has(id)).slice(0, MOST);
    for (const box of this.boxes) box.checked = this.order.includes(box.value);
    this.draw();
  }

  ticked(box) {
    if (box.checked && this.order.length === MOST) {
      box.checked = false;
      announce("");
      announce(`${MOST} topics are chosen already. Take one out first.`);
      $("order-full").hidden = false;
      return;
    }
    if (box.checked) this.order.push(box.value);
    else this.order = this.order.filter((id) => id !== box.value);
    this.changed();
  }

  changed() {
    this.draw();
    this.onChange();
  }

  move(index, step) {
    const [id] = this.order.splice(index, 1);
    this.order.splice(index + step, 0, id);
    this.changed();
    announce(`${this.names.get(id)} is now number ${index + step + 1} of ${this.order.length}.`);
    // The same button of the same topic keeps the focus, or its neighbour at an end of the list.
    const buttons = [...$("order-list").children[index + step].querySelectorAll("button")];
    const same = buttons[step < 0 ? 0 : 1];
    (same.disabled ? buttons[step < 0 ? 1 : 0] : same).focus();
  }

  remove(index) {
    const [id] = this.order.splice(index, 1);
    const box = this.boxes.find((each) => each.value === id);
    box.checked = false;
    this.changed();
    announce(`${this.names.get(id)} is taken out.`);
    box.focus();
  }

  draw() {
    $("order").hidden = this.order.length === 0;
    $("order-full").hidden = true;
    const last = this.order.length - 1;
    $("order-list").replaceChildren(
      ...this.order.map((id, index) => {
        const name = this.names.get(id);
        const up = button("↑", `Move ${name} up`, index === 0, () => this.move(index, -1));
        const down = button("↓", `Move ${name} down`, index === last, () => this.move(index, 1));
        const out = button("×", `Take ${name} out`, false, () => this.remove(index));
        return make("li", {}, make("span", {}, name), make("span", { class: "buttons" }, up, down, out));
      }),
    );
  }
}

function button(sign, words, disabled, act) {
  const made = make("button", { type: "button", class: "small", "aria-label": words, title: words }, sign);
  made.disabled = disabled;
  made.addEventListener("click", act);
  return made;
}
