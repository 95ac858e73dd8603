/* Half a date in a form is not sent: the browser would send nothing, and what was meant or stored would be lost. */
const texts = JSON.parse(document.getElementById("texts").textContent).dates;

addEventListener("submit", (e) => {
  const half = [...e.target.elements].find((c) => c.type === "date" && c.validity.badInput);
  if (!half) return;
  e.preventDefault();
  e.stopImmediatePropagation();
  half.setCustomValidity(texts.half);
  half.reportValidity();
  half.addEventListener("input", () => half.setCustomValidity(""), { once: true });
}, true);
