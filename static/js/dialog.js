/* A dialog that htmx put into #dialog-slot is opened, and gives the focus back to what called it when it closes. */
(() => {
  "use strict";
  const place = document.getElementById("dialog-slot");
  if (!place) return;
  let caller = null;
  const close = () => {
    place.replaceChildren();
    if (caller?.isConnected) caller.focus();
  };
  document.addEventListener("htmx:beforeRequest", (e) => {
    if (e.detail.target === place && !place.contains(e.target)) caller = e.target;
  });
  new MutationObserver(() => {
    const dialog = place.querySelector("dialog[data-dialog]:not([open])");
    if (dialog) {
      dialog.showModal();
      dialog.addEventListener("close", close);
    } else if (!place.firstElementChild && caller?.isConnected) caller.focus();
  }).observe(place, { childList: true });
  /* What a dialog or a button without a place of its own has sent, and nothing came of it, is said where it is seen. */
  const failed = (e) => {
    if (e.detail.target !== place && e.target.getAttribute?.("hx-swap") !== "none") return;
    const line = document.createElement("p");
    line.setAttribute("role", "alert");
    line.textContent = "Not done: you may be offline, or this page may be closed by now. Reload it, then try again.";
    const form = place.querySelector("form");
    form?.querySelector(":scope > [data-failed]")?.remove();
    line.className = form ? "field__error" : "toast";
    line.dataset.failed = "";
    if (form) form.prepend(line);
    else document.querySelector(".toasts").append(line);
  };
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);
  place.addEventListener("click", (e) => {
    if (!e.target.closest("[data-dialog-close]") && e.target !== place.querySelector("dialog")) return;
    e.preventDefault();
    close();
  });
})();
