// What the frame of a page can do more with a script. Without it everything is read, and the menu is a checkbox.

// The menu's label becomes a button, for the keyboard and for readers who hear the page.
const drawer = document.getElementById("__drawer");
const label = document.querySelector(".md-header .menu-button");
if (drawer && label) {
  const menu = document.createElement("button");
  menu.type = "button";
  menu.className = label.className;
  menu.append(...label.childNodes);
  label.replaceWith(menu);
  const tell = () => menu.setAttribute("aria-expanded", String(drawer.checked));
  tell();
  drawer.addEventListener("change", tell);
  menu.addEventListener("click", () => drawer.click());
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drawer.checked) return;
    drawer.click();
    menu.focus();
  });
}

// A table that is wider than its place can be scrolled with the keyboard.
const reach = () => {
  for (const place of document.querySelectorAll(".md-typeset__scrollwrap")) {
    if (place.scrollWidth > place.clientWidth) {
      place.tabIndex = 0;
      place.setAttribute("role", "group");
      place.setAttribute("aria-label", "A wide table: scroll sideways");
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) place.removeAttribute(name);
    }
  }
};
addEventListener("load", reach);
addEventListener("resize", reach);

// A button on each example that copies it.
for (const code of document.querySelectorAll("pre > code")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.innerText.trimEnd());
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "Marked: copy it";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 3000);
  });
  code.parentElement.append(button);
}
