/* How many are ticked, on the button that makes something of them. */
for (const button of document.querySelectorAll("button[data-pick]")) {
  const label = button.querySelector("span"), plain = label.textContent;
  const ticks = () => [...document.querySelectorAll(`input[name="${button.dataset.pick}"]`)];
  const show = () => {
    const number = ticks().filter((tick) => tick.checked).length;
    label.textContent = number === 0 ? plain : number === 1 ? button.dataset.one : button.dataset.many.replace("%", number);
  };
  document.addEventListener("change", (e) => {
    if (e.target.matches("[data-pick-all]")) for (const tick of ticks()) tick.checked = e.target.checked;
    if (e.target.matches(`[data-pick-all], [name="${button.dataset.pick}"]`)) show();
  });
  for (const all of document.querySelectorAll("[data-pick-all]")) all.closest("label").hidden = false;
  show();
}
