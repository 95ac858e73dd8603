/* Half a date in a form is not sent: the browser would send nothing, and what was meant or stored would be lost. */
addEventListener("submit", (e) => {
  const half = [...e.target.elements].find((c) => c.type === "date" && c.validity.badInput);
  if (!half) return;
  e.preventDefault();
  e.stopImmediatePropagation();
  half.setCustomValidity("Complete this date, or clear it.");
  half.reportValidity();
  half.addEventListener("input", () => half.setCustomValidity(""), { once: true });
}, true);
