"use strict";
(() => {
  const one = (id) => document.getElementById(id);
  const data = JSON.parse(one("data").textContent);
  const kinds = { pin: "pins", forbid: "forbids", remove: "removed" };
  const verbs = { pin: "Pin", forbid: "Separate", remove: "Remove" };
  const cards = [...document.querySelectorAll(".card")];
  const pairs = cards.filter((card) => !card.classList.contains("alone"));
  const key = `counterpart review ${data.round} ${data.proposal}`;
  let made = [];
  // Ids and codes alone are kept in the browser, so that closing the page by accident loses nothing.
  try { made = JSON.parse(localStorage.getItem(key) || "[]").filter(sound); } catch { made = []; }
  function sound(each) {
    return each && kinds[each.act] && Array.isArray(each.people) && typeof each.reason === "string";
  }
  function keep() {
    try { localStorage.setItem(key, JSON.stringify(made)); } catch { /* a browser may forbid this */ }
  }
  const same = (a, b) => a.length === b.length && a.every((each) => b.includes(each));
  function ids(entry) { return entry.people || [entry.id]; }
  function already(act, people) {
    const there = (data.decisions[kinds[act]] || []).some((entry) => same(ids(entry), people));
    return there || made.some((each) => each.act === act && same(each.people, people));
  }
  function against(act, people) {
    if (already(act, people)) return "This is decided already.";
    const pinned = [...(data.decisions.pins || []).map(ids), ...made.filter((m) => m.act === "pin").map((m) => m.people)];
    const apart = [...(data.decisions.forbids || []).map(ids), ...made.filter((m) => m.act === "forbid").map((m) => m.people)];
    const gone = [...(data.decisions.removed || []).map(ids), ...made.filter((m) => m.act === "remove").map((m) => m.people)].flat();
    if (people.some((id) => gone.includes(id))) return "One of them is removed.";
    if (act === "pin" && apart.some((each) => same(each, people))) return "They are separated by another decision.";
    if (act === "forbid" && pinned.some((each) => same(each, people))) return "They are pinned by another decision.";
    if (act === "pin" && pinned.some((each) => each.some((id) => people.includes(id)))) return "One of them is pinned to somebody else. A person can have one pin.";
    if (act === "remove" && pinned.flat().includes(people[0])) return "A pin holds this person. Take the pin out first.";
    return "";
  }

  // One question at a time: what is decided, and why.
  let asked = null;
  function ask(act, people) {
    const wrong = against(act, people);
    one("ask-title").textContent = `${verbs[act]} ${people.join(" and ")}`;
    one("ask-what").textContent = wrong || {
      pin: "They become a pair, or stay one, whatever it costs.",
      forbid: "They are not to be a pair.",
      remove: "This person gets no partner in this round, and is told so.",
    }[act];
    const reason = one("reason");
    reason.replaceChildren(...Object.entries(data.reasons[act]).map(([code, words]) => new Option(words, code)));
    reason.disabled = Boolean(wrong);
    one("ask").querySelector("[value=yes]").disabled = Boolean(wrong);
    asked = { act, people };
    one("ask").returnValue = "no";
    one("ask").showModal();
  }
  one("ask").addEventListener("close", () => {
    if (asked && one("ask").returnValue === "yes") {
      made.push({ ...asked, reason: one("reason").value });
      keep(); draw();
    }
    asked = null;
  });

  function draw() {
    const list = one("made");
    list.replaceChildren(...made.map((each, place) => {
      const item = document.createElement("li");
      const undo = document.createElement("button");
      undo.type = "button"; undo.textContent = "Undo";
      undo.setAttribute("aria-label", `Undo: ${verbs[each.act]} ${each.people.join(" and ")}`);
      undo.addEventListener("click", () => { made.splice(place, 1); keep(); draw(); one("toggle").focus(); });
      item.append(`${verbs[each.act]} ${each.people.join(" and ")}: ${data.reasons[each.act][each.reason] || each.reason} `, undo);
      return item;
    }));
    one("none").hidden = made.length > 0;
    one("count").textContent = String(made.length);
    for (const card of cards) {
      const people = card.dataset.people.split(" ");
      const mine = made.filter((each) => each.people.some((id) => people.includes(id)));
      card.classList.toggle("touched", mine.length > 0);
      const badge = card.querySelector(".badge.decided");
      if (badge) { badge.hidden = mine.length === 0; badge.textContent = mine.map((each) => verbs[each.act].toLowerCase()).join(", "); }
    }
    look();
  }

  // What is shown, and in which order.
  const words = new Map();
  function wordsOf(card) {
    if (!words.has(card)) {
      const said = [...card.querySelectorAll(".person")].map((person) => person.textContent).join(" ");
      words.set(card, said.toLocaleLowerCase().replace(/\s+/g, " "));
    }
    return words.get(card);
  }
  function wanted(card) {
    const only = one("only").value;
    if (only === "below" && !("below" in card.dataset)) return false;
    if (only === "unmet" && !card.dataset.unmet) return false;
    if (only.startsWith("unmet-") && !card.dataset.unmet.split(" ").includes(only.slice(6))) return false;
    if (only === "alone" && !card.classList.contains("alone")) return false;
    if (only === "decided" && !card.classList.contains("touched") && !("pinned" in card.dataset)) return false;
    for (const kind of ["country", "sector", "language"]) {
      const value = one(kind).value;
      if (value && !card.dataset[kind].split(" ").includes(value)) return false;
    }
    return one("search").value.toLocaleLowerCase().trim().split(/\s+/).every((word) => wordsOf(card).includes(word));
  }
  let shown = cards;
  function look() {
    shown = cards.filter((card) => { const yes = wanted(card); card.hidden = !yes; return yes; });
    const sort = one("sort").value;
    const value = { least: (c) => Number(c.dataset.least), points: (c) => Number(c.dataset.points), country: () => 0 }[sort];
    const order = [...pairs].sort((a, b) => value(a) - value(b)
      || (sort === "country" ? a.dataset.country.localeCompare(b.dataset.country) : 0)
      || (a.dataset.people < b.dataset.people ? -1 : 1));
    const list = one("list");
    if (order.some((card, place) => list.children[place] !== card)) list.replaceChildren(...order);
    const place = new Map(order.map((card, at) => [card, at]));
    shown.sort((a, b) => (place.get(a) ?? -1) - (place.get(b) ?? -1));
    const alone = one("alone");
    if (alone) alone.hidden = !shown.some((card) => card.classList.contains("alone"));
    const count = shown.filter((card) => !card.classList.contains("alone")).length;
    one("shown").textContent = `${count.toLocaleString("en")} of ${pairs.length.toLocaleString("en")} pairs`;
  }
  let waiting = 0;
  one("search").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, 120); });
  for (const id of ["sort", "only", "country", "sector", "language"]) one(id).addEventListener("change", look);
  one("tools").addEventListener("submit", (event) => event.preventDefault());

  // The file: the same strict YAML that the programme reads, every text in quotes.
  const quoted = (text) => JSON.stringify(text).replace(/\u007f|[\u0080-\u009f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
  function plain(value) {
    if (typeof value === "string") return quoted(value);
    if (Array.isArray(value)) return `[${value.map(plain).join(", ")}]`;
    if (value && typeof value === "object") return `{${Object.entries(value).map(([k, v]) => `${k}: ${plain(v)}`).join(", ")}}`;
    return String(value);
  }
  function file() {
    const by = one("by").value.trim();
    const all = { ...data.decisions };
    for (const each of made) {
      const entry = each.act === "remove" ? { id: each.people[0] } : { people: [...each.people].sort() };
      all[kinds[each.act]] = [...(all[kinds[each.act]] || []), { ...entry, by, reason: each.reason }];
    }
    return Object.entries(all).map(([name, value]) => Array.isArray(value)
      ? (value.length ? `${name}:\n${value.map((entry) => `  - ${plain(entry)}`).join("\n")}` : `${name}: []`)
      : `${name}: ${plain(value)}`).join("\n") + "\n";
  }
  function show() {
    const by = one("by");
    if (!by.value.trim() || !by.checkValidity()) {
      open(true); by.focus();
      one("by-help").textContent = "Write a role in small letters, digits and hyphens, such as coordinator-1. No name.";
      return;
    }
    const text = file();
    one("text").value = text;
    one("download").href = URL.createObjectURL(new Blob([text], { type: "text/yaml" }));
    one("said").textContent = made.length === 0 ? "Nothing was added to what stood there." : `${made.length} added.`;
    one("file").showModal();
  }
  one("export").addEventListener("click", show);
  one("copy").addEventListener("click", async () => {
    one("text").select();
    let done = false;
    try { await navigator.clipboard.writeText(one("text").value); done = true; } catch { done = document.execCommand("copy"); }
    one("said").textContent = done ? "Copied." : "This browser does not allow it: the text is selected, copy it yourself.";
  });

  const title = one("decided"), toggle = document.createElement("button");
  toggle.type = "button"; toggle.id = "toggle"; toggle.append(...title.childNodes); title.append(toggle);
  function open(yes) { one("decisions").classList.toggle("open", yes); toggle.setAttribute("aria-expanded", String(yes)); }
  toggle.addEventListener("click", () => open(!one("decisions").classList.contains("open")));
  open(false);

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".act");
    if (button) ask(button.dataset.act, button.dataset.people.split(" "));
    const link = event.target.closest('a[href^="#p-"]');
    if (link) {
      const card = one(link.hash.slice(1)).closest(".card");
      if (card.hidden) { one("tools").reset(); look(); }
      card.focus();
    }
  });
  for (const button of document.querySelectorAll(".act")) button.hidden = false;

  document.addEventListener("keydown", (event) => {
    if (!one("keys").checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, dialog")) return;
    const here = event.target.closest(".card");
    const go = (by) => {
      const at = here ? shown.indexOf(here) : -1;
      const next = shown[Math.min(shown.length - 1, Math.max(0, at + by))];
      if (next) { next.focus({ preventScroll: true }); next.scrollIntoView({ block: "start" }); }
    };
    const people = here ? here.dataset.people.split(" ") : [];
    const two = people.length > 1;
    const doing = {
      j: () => go(1), k: () => go(-1),
      p: () => two && ask("pin", people.slice(0, 2)), f: () => two && ask("forbid", people.slice(0, 2)),
      1: () => people[0] && ask("remove", [people[0]]), 2: () => people[1] && ask("remove", [people[1]]),
      o: () => { const more = here && here.querySelector(".others"); if (more) more.open = !more.open; },
      "/": () => one("search").focus(), e: show,
    }[event.key];
    if (doing) { event.preventDefault(); doing(); }
  });

  one("tools").hidden = false;
  one("decisions").hidden = false;
  draw();
})();
