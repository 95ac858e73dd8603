/* The filling page by deciders: the list at the side marks where one is, a button stands for a choice elsewhere, and a
   figure brings its unit. */
(() => {
  "use strict";
  const list = document.querySelector("[data-spy]");
  if (list) {
    const links = new Map([...list.querySelectorAll("a[href^='#']")].map((a) => [document.getElementById(a.hash.slice(1)), a]));
    const seen = new Set();
    const mark = () => {
      const now = [...links.keys()].find((section) => seen.has(section)) || (list.querySelector("[aria-current]") ? null : links.keys().next().value);
      if (!now) return;
      for (const [section, a] of links) {
        if (section === now) a.setAttribute("aria-current", "step"); else a.removeAttribute("aria-current");
      }
    };
    const bar = document.querySelector(".livebar")?.offsetHeight || 0;
    const watch = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting) seen.add(entry.target); else seen.delete(entry.target);
      mark();
    }, { rootMargin: `-${bar + 80}px 0px -55% 0px` });
    for (const section of links.keys()) if (section) watch.observe(section);
  }
  document.addEventListener("click", (e) => {
    const button = e.target.closest("[data-choose]");
    const choice = button && document.getElementById(button.dataset.choose);
    if (!choice) return;
    e.preventDefault();
    choice.checked = true;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
  });
  const unit = (select) => {
    const shown = select.form.querySelector("[data-unit-shown]"), text = select.selectedOptions[0]?.dataset.unit || "";
    shown.textContent = text;
    shown.hidden = !text;
  };
  document.addEventListener("change", (e) => { if (e.target.matches("[data-metric]")) unit(e.target); });
  const drawn = () => { for (const select of document.querySelectorAll("[data-metric]")) unit(select); };
  document.addEventListener("htmx:afterSettle", drawn);
  drawn();
})();
