/* Ticking in the list: all at once, and how many there are on the buttons that set something for them. */
const texts = JSON.parse(document.getElementById("texts").textContent).ticking;
const rows = document.getElementById("rows");
if (rows) {
  const ticks = [...rows.querySelectorAll("input[name=item]")];
  const all = rows.querySelector("[data-tick-all]");
  const buttons = [...rows.querySelectorAll(".setbar button")].map((button) => [button, button.textContent]);
  const show = () => {
    const number = ticks.filter((tick) => tick.checked).length;
    all.firstElementChild.checked = number > 0 && number === ticks.length;
    all.firstElementChild.indeterminate = number > 0 && number < ticks.length;
    for (const [button, label] of buttons) button.textContent = number ? texts.for.replace("{button}", () => label).replace("{n}", number) : label;
    rows.querySelector(".setbar p").textContent = number === 0 ? texts.none : number === 1 ? texts.oneTicked : texts.ticked.replace("{n}", number);
  };
  all.hidden = false;
  all.addEventListener("change", (e) => {
    for (const tick of ticks) tick.checked = e.target.checked;
    show();
  });
  rows.addEventListener("change", (e) => { if (e.target.name === "item") show(); });
  show();
}
