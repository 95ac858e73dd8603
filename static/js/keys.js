/* Single-key scoring. Active while focus is inside a category, question or decider and not in a text field (WCAG 2.1.4);
   J, K and ? also from anywhere else on the page. Only while the "Use single-key shortcuts" box is ticked; the choice is
   remembered. Escape leaves a text field, so that one can go on by keys. */
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
  const BLOCKS = document.querySelector(".decider") ? ".decider, .dfact" : ".cat, .q";
  const TEXT = "textarea, select, input:not([type=radio], [type=checkbox])";
  const blocks = () => [...document.querySelectorAll(BLOCKS)];
  const first = (block) => block.querySelector("input[type=radio]:checked") || block.querySelector("input[type=radio], input[type=checkbox], textarea");
  const go = (block) => {
    if (!block) return;
    block.closest(".cat, .q").classList.remove("is-folded"); // on a narrow window it may be one line, with nothing to focus
    first(block).focus({ preventScroll: true });
    block.scrollIntoView({ block: block.matches(".cat, .q") ? "start" : "center" });
  };
  const isOpen = (block) => block.querySelector("input[type=radio]:checked")?.value === "";
  const shown = (element) => (element?.checkVisibility() ? element : null);
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
    const block = e.target.closest?.(BLOCKS), cat = e.target.closest?.(".cat, .q");
    if (e.target.closest?.("dialog")) return;
    if (e.target.matches(TEXT)) {
      if (e.key !== "Escape" || !cat) return;
      e.target.closest("details.menu")?.removeAttribute("open");
      const back = block || cat.querySelector(BLOCKS) || cat;
      const radio = first(back);
      if (radio && radio !== e.target) radio.focus({ preventScroll: true }); else e.target.blur();
      e.preventDefault();
      return;
    }
    if (toggle?.checked === false) return;
    const key = e.key.toLowerCase();
    if (key === "?" && help) {
      help.toggleAttribute("open", true);
      help.scrollIntoView({ block: "nearest" });
      (help.querySelector("summary") || help).focus({ preventScroll: true });
    } else if (key === "j" || key === "k") {
      const all = blocks();
      if (block) go(all[all.indexOf(block) + (key === "j" ? 1 : -1)]);
      else if (cat && BLOCKS.startsWith(".decider")) go(key === "j" ? cat.querySelector(BLOCKS) : all[all.indexOf(cat.querySelector(BLOCKS)) - 1]);
      else go(key === "j" ? all.find(isOpen) || all[0] : all.at(-1));
    } else if (!cat) return;
    else if (key.length === 1 && "012ax".includes(key)) {
      const radio = (block || cat).querySelector(`input[type=radio][value="${{ a: "na", x: "" }[key] ?? key}"]`);
      if (!block || !radio || radio.disabled) return;
      radio.checked = true;
      radio.focus();
      radio.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (key === "s") shown(block?.querySelector("[data-seen]"))?.click();
    else if (key === "e") (shown(block?.querySelector(".addbtn")) || cat.querySelector(".addbtn"))?.click();
    else if (key === "n") (block?.querySelector("textarea") || cat.querySelector("textarea"))?.focus();
    else return;
    e.preventDefault();
  });
})();
