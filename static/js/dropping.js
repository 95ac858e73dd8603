/* "Dropped" waits for its reason: nothing is sent, and no error shown, before there is one. */
document.addEventListener("save", (e) => {
  const status = e.target.querySelector?.("select");
  const reason = e.target.querySelector?.(".item__reason");
  if (!reason || status.value !== "dropped" || reason.value.trim()) return;
  e.stopImmediatePropagation();
  e.preventDefault(); // tells who asked that nothing went out
  if (!e.target.contains(document.activeElement) || document.activeElement === status) reason.focus();
}, true);
