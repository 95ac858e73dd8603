/* A file is attached where it is dropped: on an element that says by data-attach where to. Without it there is a form. */
(() => {
  "use strict";
  const say = (words) => {
    const line = document.createElement("p");
    line.className = "toast";
    line.setAttribute("role", "alert");
    line.textContent = words;
    document.querySelector(".toasts").append(line);
  };
  let lit = null, busy = false;
  const light = (element) => {
    if (lit === element) return;
    lit?.classList.remove("is-dropping");
    lit = element;
    lit?.classList.add("is-dropping");
  };
  document.addEventListener("dragover", (e) => {
    if (![...e.dataTransfer.types].includes("Files")) return;
    e.preventDefault();
    light(e.target.closest?.("[data-attach]") || null);
  });
  document.addEventListener("dragleave", (e) => { if (!e.relatedTarget) light(null); });
  document.addEventListener("drop", async (e) => {
    const [file] = e.dataTransfer.files, place = e.target.closest?.("[data-attach]");
    if (!file) return;
    e.preventDefault();
    light(null);
    if (!place || busy) return;
    busy = true;
    const body = new FormData();
    body.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    body.append("file", file);
    try {
      const answer = await fetch(place.dataset.attach, { method: "POST", body });
      if (answer.redirected && answer.ok) {
        history.replaceState(null, "", `#${place.id}`);
        location.reload();
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      say(page.querySelector(".field__error span")?.textContent || "Not attached. Reload the page, then try again.");
    } catch {
      say("Not attached: you may be offline. Try again.");
    }
    busy = false;
  });
})();
