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
  place.addEventListener("click", (e) => {
    if (!e.target.closest("[data-dialog-close]") && e.target !== place.querySelector("dialog")) return;
    e.preventDefault();
    close();
  });
})();
