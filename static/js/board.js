/* Moving items on the board: by mouse, by the arrow keys on an item's menu button, and by the menu without a new page.

   An item is put in its new place at once and sent with the version of the move it was made from. The server answers with
   the item and the sums, or with the true board and the reason; if it does not answer, the item goes back. */
(() => {
  "use strict";
  const form = document.getElementById("move");
  if (!form || !window.htmx) return;
  const texts = JSON.parse(document.getElementById("texts").textContent).board;
  const place = () => document.getElementById("board");
  const lanes = () => [...document.querySelectorAll("[data-lane]")];
  const announce = (text) => { document.getElementById("announce").textContent = text; };
  const alarm = (text) => { document.getElementById("alarm").textContent = text; };
  const notice = (text) => {
    alarm(text);
    const toast = Object.assign(document.createElement("p"), { className: "toast", textContent: text });
    document.querySelector(".toasts").append(toast);
  };

  let queue = Promise.resolve();
  /* Puts an item before another one (or at the end of a lane) and sends that; moves are sent one after the other. */
  const move = (item, lane, before) => {
    const home = { lane: item.parentElement, before: item.nextElementSibling };
    if (home.lane === lane && (home.before === before || before === item)) return;
    const had = document.activeElement?.id;
    lane.insertBefore(item, before);
    if (had) document.getElementById(had)?.focus();
    const id = item.id;
    queue = queue.then(() => send(id, lane, before, home, had));
  };
  const send = async (id, lane, before, home, had) => {
    const item = document.getElementById(id);
    if (!item || !lane.isConnected) return; // the board was drawn anew meanwhile
    const next = before?.isConnected ? `.${before.dataset.item}` : "";
    let status = 0, reason = texts.noAnswer;
    const note = (e) => {
      if (e.target !== form) return;
      ({ reason = reason } = e.detail.xhr);
      status = e.detail.xhr.reason ? 0 : e.detail.xhr.status;
    };
    form.addEventListener("htmx:afterRequest", note);
    await window.htmx.ajax("POST", form.action, {
      source: form, target: place(), swap: "outerHTML",
      values: { to: `${item.dataset.item}.${item.dataset.version}.${lane.dataset.lane}${next}` },
    }).catch(() => {});
    form.removeEventListener("htmx:afterRequest", note);
    if (status === 200 || status === 409) {
      ready();
      if (had && document.activeElement === document.body) document.getElementById(had)?.focus();
      return;
    }
    home.lane.insertBefore(item, home.before?.isConnected ? home.before : null);
    notice([401, 403, 404].includes(status) ? texts[status] : texts.failed.replace("{reason}", () => reason));
  };

  /* The menu, without a new page */
  document.addEventListener("click", (e) => {
    const button = e.target.closest("button[form=move]");
    if (!button) return;
    e.preventDefault();
    const item = button.closest(".item");
    const way = button.value.split(".")[2];
    button.closest("details").open = false;
    document.getElementById(`${item.id}-move`).focus();
    step(item, way);
  });
  const step = (item, way) => {
    const lane = item.parentElement;
    if (way === "up") {
      if (item.previousElementSibling) move(item, lane, item.previousElementSibling);
      else announce(texts.first);
    } else if (way === "down") {
      if (item.nextElementSibling?.matches(".lane__more")) announce(texts.rest);
      else if (item.nextElementSibling) move(item, lane, item.nextElementSibling.nextElementSibling);
      else announce(texts.last);
    } else move(item, lanes().find((l) => l.dataset.lane === way), null);
  };

  /* The arrow keys, on the button that opens the menu */
  const ways = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: -1, ArrowRight: 1 };
  document.addEventListener("keydown", (e) => {
    const summary = e.target.closest?.(".item__move > summary");
    if (!summary || !(e.key in ways) || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    const item = summary.closest(".item"), way = ways[e.key];
    summary.parentElement.open = false;
    if (typeof way === "string") { step(item, way); return; }
    const all = lanes();
    const lane = all[all.indexOf(item.parentElement) + way];
    if (lane) move(item, lane, null); else announce(texts.noPhase);
  });

  /* The mouse */
  let dragged = null;
  const ready = () => {
    for (const item of document.querySelectorAll(".item")) item.draggable = true;
  };
  const target = (lane, y) => [...lane.children].find((item) => {
    if (item.id === dragged.id) return false;
    const box = item.getBoundingClientRect();
    return y < box.top + box.height / 2;
  }) || null;
  const mark = (lane, before) => {
    for (const old of document.querySelectorAll(".is-over, .is-before")) old.classList.remove("is-over", "is-before");
    lane?.classList.add("is-over");
    before?.classList.add("is-before");
  };
  const laneOf = (e) => e.target.closest?.(".lane")?.querySelector("[data-lane]");
  document.addEventListener("dragstart", (e) => {
    dragged = e.target.closest?.(".item");
    if (!dragged) return;
    e.dataTransfer.effectAllowed = "move";
    e.dataTransfer.setData("text/plain", dragged.querySelector("h3").textContent);
    dragged.classList.add("is-dragged");
  });
  document.addEventListener("dragover", (e) => {
    const lane = dragged && laneOf(e);
    if (!lane) return;
    e.preventDefault();
    mark(lane, target(lane, e.clientY));
  });
  document.addEventListener("drop", (e) => {
    const lane = dragged && laneOf(e);
    if (!lane) return;
    e.preventDefault();
    const item = document.getElementById(dragged.id); // another element, where it was drawn anew meanwhile
    if (item) move(item, lane, target(lane, e.clientY));
  });
  document.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    dragged = null;
    mark(null, null);
  });

  /* A suggestion that was taken or dismissed: the board is drawn anew, and the next suggestion is at hand */
  let pressed = -1;
  const offers = () => [...document.querySelectorAll("#suggestions .suggest__do button")];
  document.addEventListener("htmx:beforeRequest", (e) => {
    pressed = e.target.closest?.("#suggestions") ? offers().indexOf(document.activeElement) : -1;
  });
  document.addEventListener("htmx:afterSettle", (e) => {
    ready();
    if (e.target.id !== "suggestions" || pressed < 0) return;
    const all = offers().filter((button) => button.offsetParent);
    all[Math.min(pressed, all.length - 1)]?.focus({ preventScroll: true });
    pressed = -1;
  });

  /* A status that was saved changes how its item looks */
  document.addEventListener("htmx:oobAfterSwap", (e) => {
    const said = e.detail.elt ?? e.target;
    const fresh = said?.id ? document.getElementById(said.id) : null;
    const state = fresh?.dataset?.state;
    const item = state && fresh.closest(".item");
    if (!item) return;
    item.className = `item is-${state}`;
    item.querySelector(".status").className = `input status status--${state}`;
  });
  ready();
})();
