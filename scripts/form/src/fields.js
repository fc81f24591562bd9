/* The form's fields: reading them, filling them, and saying what is wrong beside each. */

import { plainAddress } from "./address.js";
import { ownZone, timeIn } from "./calendar.js";
import { Finder } from "./finder.js";
import { $, announce, make } from "./page.js";
import * as places from "./places.js";
import { Topics } from "./topics.js";

const MOST_LANGUAGES = 8;
const LINES = ["name", "email", "member_number", "employer"];

export class Fields {
  constructor(settings, now, onChange) {
    this.settings = settings;
    this.now = now;
    this.form = $("form");
    this.spoken = [];
    const told = () => onChange();
    this.country = new Finder("country", places.countries(settings), { onPick: told });
    this.zone = new Finder("time_zone", places.zones(settings, now()), {
      onPick: () => {
        this.showTime();
        onChange();
      },
    });
    this.languages = new Finder("languages", places.languages(settings), {
      keep: false,
      onPick: (option) => {
        if (option) this.addLanguage(option.value);
        onChange();
      },
    });
    this.topics = new Topics(settings, onChange);
    this.form.addEventListener("change", () => {
      this.showParts();
      onChange();
    });
    this.form.addEventListener("input", (event) => {
      this.clearError(event.target.closest("[data-field]"));
      this.showLength();
    });
    this.form.addEventListener("change", (event) => this.clearError(event.target.closest("[data-field]")));
    // Browsers bring back what was typed before a reload; on a shared computer it may be somebody else's.
    this.clearIdentity();
    this.clearProfile();
  }

  // Reading

  profile() {
    const chosen = {
      country: this.country.value,
      time_zone: this.zone.value,
      languages: [...this.spoken],
      sector: this.choice("sector"),
      career_stage: this.choice("career_stage"),
      interests: this.topics.value,
      wishes: { sector: this.choice("wish-sector") || "any", career_stage: this.choice("wish-career_stage") || "any" },
      membership: this.choice("membership"),
      returning: this.choice("returning") && this.choice("returning") === "true",
      code_of_conduct: $("code_of_conduct").checked ? this.settings.code_of_conduct : "",
    };
    return Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== null && value !== ""));
  }

  identity() {
    const typed = Object.fromEntries(LINES.map((id) => [id, $(id).value.normalize("NFC").trim()]));
    typed.email = plainAddress(typed.email);
    if (this.choice("membership") !== "member") typed.member_number = "";
    typed.about_me = $("about_me").value.normalize("NFC").replace(/\r\n?/g, "\n").replace(/\t/g, " ").trim();
    const identity = Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== ""));
    const seen = this.boxes("partner_may_see").filter((box) => box.checked && identity[box.value]);
    return { ...identity, partner_may_see: ["name", "email", ...seen.map((box) => box.value)] };
  }

  // Filling

  /** Fill the profile part from a draft or a copy; the names of what the round no longer has are returned. */
  fillProfile(profile) {
    const dropped = [];
    const known = (ids, list) => ids.filter((id) => list.some((each) => each.id === id));
    const texts = (value) => (Array.isArray(value) ? value.filter((each) => typeof each === "string") : []);
    this.country.value = profile.country ?? null;
    this.zone.value = this.listed(profile.time_zone);
    if (profile.time_zone && !this.zone.value) dropped.push("time zone");
    this.spoken = [];
    for (const code of texts(profile.languages)) this.addLanguage(code.split("-")[0]);
    for (const key of ["sector", "career_stage"]) {
      const lost = profile[key] && known([profile[key]], this.settings[`${key}s`]).length === 0;
      if (lost) dropped.push(key === "sector" ? "sector" : "career stage");
      else this.choose(key, profile[key]);
    }
    const wanted = texts(profile.interests);
    const topics = known(wanted, this.settings.topics);
    if (topics.length < wanted.length) dropped.push(count(wanted.length - topics.length, "topic"));
    this.topics.value = topics;
    this.choose("wish-sector", profile.wishes?.sector ?? "any");
    this.choose("wish-career_stage", profile.wishes?.career_stage ?? "any");
    this.choose("membership", profile.membership);
    if (typeof profile.returning === "boolean") this.choose("returning", String(profile.returning));
    this.showLanguages();
    this.showParts();
    this.showTime();
    return dropped;
  }

  fillIdentity(identity) {
    for (const id of [...LINES, "about_me"]) $(id).value = typeof identity[id] === "string" ? identity[id] : "";
    const seen = Array.isArray(identity.partner_may_see) ? identity.partner_may_see : [];
    for (const box of this.boxes("partner_may_see")) box.checked = seen.includes(box.value);
    this.showLength();
  }

  clearProfile() {
    this.fillProfile({});
    $("code_of_conduct").checked = false;
  }

  clearIdentity() {
    this.fillIdentity({});
  }

  /** What the browser says of its own zone, for the reader to confirm. */
  guessZone() {
    this.zone.value = this.listed(ownZone());
    this.showTime("This is what your computer says.");
  }

  listed(name) {
    return typeof name === "string" ? (this.settings.zone_links[name] ?? name) : null;
  }

  // Errors

  /** Say what is wrong, beside each field and in the summary, which takes the focus. */
  showErrors(problems) {
    this.clearErrors();
    for (const { field, message } of problems) this.showError(field, message);
    const title = `${count(problems.length, "answer")} ${problems.length === 1 ? "needs" : "need"} another look`;
    $("summary-title").textContent = title;
    const order = [...document.querySelectorAll("[data-field]")].map((each) => each.dataset.field);
    const place = ({ field }) => (order.indexOf(field) + 1 || order.length + 1);
    const items = [...problems].sort((a, b) => place(a) - place(b)).map(({ field, message }) => {
      const target = this.control(field);
      if (!target) return make("li", {}, message);
      const link = make("a", { href: `#${target.id}` }, message);
      link.addEventListener("click", (event) => {
        event.preventDefault();
        target.focus();
        target.closest("[data-field]").scrollIntoView({ block: "start" });
      });
      return make("li", {}, link);
    });
    $("summary-list").replaceChildren(...items);
    $("summary").hidden = false;
    $("summary").focus();
    $("summary").scrollIntoView({ block: "start" });
  }

  clearErrors() {
    for (const part of document.querySelectorAll("#form [data-field]")) this.clearError(part);
    $("summary").hidden = true;
  }

  showError(field, message) {
    const part = document.querySelector(`[data-field="${field}"]`);
    const shown = part?.querySelector(".error");
    if (!shown) return;
    shown.textContent = message;
    shown.hidden = false;
    part.classList.add("wrong");
    for (const input of part.querySelectorAll("input, select, textarea")) {
      if (input.type !== "radio" && input.type !== "checkbox") input.setAttribute("aria-invalid", "true");
    }
    if (!part.matches("fieldset")) part.querySelector("input[type=checkbox]")?.setAttribute("aria-invalid", "true");
  }

  clearError(part) {
    if (!part?.classList.contains("wrong")) return;
    part.classList.remove("wrong");
    part.querySelector(".error").hidden = true;
    for (const input of part.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  }

  /** The first element of a field that can take the focus; it gets an id, so that a link can lead to it. */
  control(field) {
    const found = document.querySelector(`[data-field="${field}"]`)?.querySelector("input, select, textarea");
    if (found) found.id ||= `${field.replace(/\W/g, "-")}-first`;
    return found;
  }

  // Parts that follow from others

  addLanguage(code) {
    const known = this.settings.languages.some(([each]) => each === code);
    if (!known || this.spoken.includes(code)) return;
    if (this.spoken.length === MOST_LANGUAGES) {
      announce("Eight languages are chosen already. Take one out first.");
      return;
    }
    this.spoken.push(code);
    this.showLanguages();
    announce(`${this.languageName(code)} is added.`);
  }

  languageName(code) {
    return this.settings.languages.find(([each]) => each === code)[1];
  }

  showLanguages() {
    $("languages-chosen").replaceChildren(
      ...this.spoken.map((code) => {
        const name = this.languageName(code);
        const out = make("button", { type: "button", class: "small", "aria-label": `Take ${name} out` }, "×");
        out.addEventListener("click", () => {
          this.spoken = this.spoken.filter((each) => each !== code);
          this.showLanguages();
          announce(`${name} is taken out.`);
          this.form.dispatchEvent(new Event("change"));
          $("languages").focus();
        });
        return make("li", {}, make("span", {}, name), out);
      }),
    );
    this.clearError(document.querySelector('[data-field="profile.languages"]'));
  }

  showTime(source = "") {
    const zone = this.zone.value;
    const line = $("time_zone-now");
    line.textContent = zone ? `It is ${timeIn(zone, this.now())} there now. ${source}`.trim() : "";
    this.clearError(document.querySelector('[data-field="profile.time_zone"]'));
  }

  showParts() {
    $("member-part").hidden = this.choice("membership") !== "member";
  }

  showLength() {
    const length = [...$("about_me").value.trim()].length;
    $("about_me-length").textContent = length ? `${length} of 600 characters` : "";
  }

  // One choice among several, be it buttons or a list

  choice(name) {
    const list = $(name);
    if (list?.tagName === "SELECT") return list.value;
    return this.boxes(name).find((box) => box.checked)?.value ?? "";
  }

  choose(name, value) {
    const list = $(name);
    if (list?.tagName === "SELECT") list.value = value ?? "";
    else for (const box of this.boxes(name)) box.checked = box.value === value;
  }

  boxes(name) {
    return [...document.querySelectorAll(`input[name="${name}"]`)];
  }
}

export function count(number, word) {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
