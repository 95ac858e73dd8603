/* A form that is sent says so and is sent once; a file that is too large is not sent at all; and a page that Back brings up
   out of the browser's memory is fetched anew, as what it shows may have changed, or may no longer be anybody's to see. */
const texts = JSON.parse(document.getElementById("texts").textContent).sending;
const RELEASE = 10000; // ms: an answer that is a file leaves its page, and the button, where they are
const busy = new Map(); // form -> what makes its button free again

const release = (form) => {
  busy.get(form)?.();
  busy.delete(form);
};
const hold = (form, button) => {
  const timer = setTimeout(() => release(form), RELEASE);
  const mark = document.createElement("span");
  mark.className = "spin";
  mark.setAttribute("role", "img");
  mark.setAttribute("aria-label", texts.sending);
  button?.setAttribute("aria-disabled", "true");
  button?.classList.add("is-busy");
  button?.prepend(mark);
  busy.set(form, () => {
    clearTimeout(timer);
    mark.remove();
    button?.removeAttribute("aria-disabled");
    button?.classList.remove("is-busy");
  });
};
addEventListener("submit", (e) => {
  const form = e.target;
  if (e.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return;
  if (busy.has(form)) e.preventDefault();
  else hold(form, e.submitter ?? form.querySelector("button:not([type=button])"));
});

/* Files */
const MEGABYTE = 1024 * 1024;
const tooLarge = (input) => [...(input.files ?? [])].find((file) => file.size > Number(input.dataset.mostMb) * MEGABYTE);
const sayFile = (input) => {
  const file = tooLarge(input);
  input.parentElement.querySelector("[data-too-large]")?.remove();
  input.toggleAttribute("aria-invalid", Boolean(file));
  if (!file) return;
  const line = document.createElement("p");
  line.className = "field__error";
  line.dataset.tooLarge = "";
  line.setAttribute("role", "alert");
  const size = (Math.ceil((file.size / MEGABYTE) * 10) / 10).toLocaleString(document.documentElement.lang);
  const said = { file: file.name, size, most: input.dataset.mostMb };
  line.textContent = texts.tooLarge.replace(/\{(\w+)\}/g, (_, name) => said[name]);
  input.after(line);
};
document.addEventListener("change", (e) => { if (e.target.matches?.("[data-most-mb]")) sayFile(e.target); });
addEventListener("submit", (e) => {
  const input = [...e.target.elements].find((c) => c.matches("[data-most-mb]") && tooLarge(c));
  if (!input) return;
  e.preventDefault();
  e.stopImmediatePropagation();
  sayFile(input);
  input.focus();
}, true);

/* Back and forward */
const page = document.documentElement;
addEventListener("pagehide", (e) => { if (e.persisted) page.classList.add("is-away"); });
addEventListener("pageshow", (e) => {
  for (const form of [...busy.keys()]) release(form);
  if (e.persisted && document.body.hasAttribute("data-fresh")) location.reload();
  else page.classList.remove("is-away");
});
