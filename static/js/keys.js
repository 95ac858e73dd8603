/* Single-key scoring. Active only while focus is inside a category or question and not in a text field (WCAG 2.1.4),
   and only while the "Use single-key shortcuts" box is ticked; the choice is remembered. */
(() => {
  "use strict";
  const toggle = document.querySelector("[data-keys-toggle]");
  const help = document.querySelector("[data-keys-help]");
  if (help) help.hidden = false;
  const remembered = () => { try { return localStorage.getItem("keys") !== "off"; } catch { return true; } };
  if (toggle) {
    toggle.checked = remembered();
    toggle.addEventListener("change", () => { try { localStorage.setItem("keys", toggle.checked ? "on" : "off"); } catch { /* not remembered */ } });
  }
  const cats = () => [...document.querySelectorAll(".cat, .q")];
  const first = (cat) => cat.querySelector("input[type=radio]:checked") || cat.querySelector("input[type=radio], textarea");
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || toggle?.checked === false) return;
    const cat = e.target.closest?.(".cat, .q");
    if (!cat || e.target.matches("textarea, select, input:not([type=radio], [type=checkbox])")) return;
    const key = e.key.toLowerCase();
    if (key.length === 1 && "012ax".includes(key)) {
      const radio = cat.querySelector(`input[type=radio][value="${{ a: "na", x: "" }[key] ?? key}"]`);
      if (!radio || radio.disabled) return;
      radio.checked = true;
      radio.focus();
      radio.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (key === "j" || key === "k") {
      const all = cats();
      const next = all[all.indexOf(cat) + (key === "j" ? 1 : -1)];
      if (!next) return;
      next.classList.remove("is-folded"); // on a narrow window it may be one line, with nothing to focus
      first(next).focus({ preventScroll: true });
      next.scrollIntoView({ block: "start" });
    } else if (key === "e") cat.querySelector(".addbtn")?.click();
    else if (key === "n") cat.querySelector("textarea")?.focus();
    else return;
    e.preventDefault();
  });
})();
