// Moving about by keys: "/" to the search, arrows through what it or the switcher found, "[" and "]" through the list.
// Only while the focus is in no field; the box that turns single keys off turns these off, too.
const TEXT = "textarea, select, input:not([type=radio], [type=checkbox])";
const search = document.querySelector("[data-search]");
const areOn = () => { try { return localStorage.getItem("keys") !== "off"; } catch { return true; } };

const links = (place) => [...place.querySelectorAll("a[href]")].filter((link) => link.checkVisibility());

for (const place of document.querySelectorAll("[data-moving]")) {
  place.addEventListener("keydown", (e) => {
    if (e.key === "Escape") {
      const open = place.closest("details[open]");
      open?.removeAttribute("open");
      place.querySelector("[data-found]")?.replaceChildren();
      (open?.querySelector("summary") || place.querySelector("input"))?.focus();
    } else if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      const all = links(place), here = all.indexOf(document.activeElement), field = place.querySelector("input");
      const next = e.key === "ArrowDown" ? all[here + 1] : here > 0 ? all[here - 1] : field;
      next?.focus();
    } else return;
    e.preventDefault();
  });
}

/* Looks up what is typed. Shown is only this site's own answer (see `answers.js`), and only the newest; it says nothing
   where there is none: Enter goes to the page that does. */
const looking = (form, found, delay) => {
  const field = form.querySelector("input");
  let looked = "", asked, timer;
  const look = async () => {
    clearTimeout(timer);
    asked?.abort();
    asked = new AbortController();
    looked = field.value;
    try {
      const url = `${form.action}?${new URLSearchParams(new FormData(form))}`;
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, redirect: "error", signal: asked.signal });
      if (answer.ok && answer.headers.get("X-Scorecard") === "GET") found.innerHTML = await answer.text();
    } catch { /* away, signed out, or overtaken */ }
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => field.value !== looked && look(), delay);
  });
  return look;
};
if (search) looking(search, search.querySelector("[data-found]"), 200);

for (const menu of document.querySelectorAll("details[data-switcher]")) {
  const form = menu.querySelector("form"), look = looking(form, menu.querySelector("[data-found]"), 150);
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    look();
  });
  menu.addEventListener("toggle", look, { once: true });
  menu.addEventListener("toggle", () => menu.open && menu.querySelector("input").focus());
}

document.addEventListener("click", (e) => {
  for (const menu of document.querySelectorAll("details[data-switcher][open]")) if (!menu.contains(e.target)) menu.open = false;
  if (search && !search.contains(e.target)) search.querySelector("[data-found]")?.replaceChildren();
});

document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || e.target.matches(TEXT) || e.target.closest("dialog")) return;
  if (!areOn()) return;
  const step = { "[": "prev", "]": "next" }[e.key];
  if (e.key === "/" && search) {
    const field = search.querySelector("input");
    if (field.checkVisibility()) field.focus(); else location.assign(search.action);
  } else if (step) document.querySelector(`.orgbar a[rel=${step}]`)?.click();
  else return;
  e.preventDefault();
});
