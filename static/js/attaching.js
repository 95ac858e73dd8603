/* A file is attached where it is dropped or pasted: on an element that says by data-attach where to. What a tool printed
   can be pasted there, too. Without it there is a form. */
(() => {
  "use strict";
  const texts = JSON.parse(document.getElementById("texts").textContent).attaching;
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
  const send = async (place, name, what) => {
    if (busy) return;
    busy = true;
    const body = new FormData();
    body.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    body.append(name, what);
    try {
      const answer = await fetch(place.dataset.attach, { method: "POST", body });
      if (answer.redirected && answer.ok) {
        const page = new URL(answer.url);
        if (page.pathname !== location.pathname) return location.assign(page); // what is in it is shown first
        history.replaceState(null, "", `#${place.id}`);
        location.reload();
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      say(page.querySelector(".field__error span")?.textContent || texts.failed);
    } catch {
      say(texts.offline);
    }
    busy = false;
  };
  document.addEventListener("dragover", (e) => {
    if (![...e.dataTransfer.types].includes("Files")) return;
    e.preventDefault();
    light(e.target.closest?.("[data-attach]") || null);
  });
  document.addEventListener("dragleave", (e) => { if (!e.relatedTarget) light(null); });
  document.addEventListener("drop", (e) => {
    const [file] = e.dataTransfer.files, place = e.target.closest?.("[data-attach]");
    if (!file) return;
    e.preventDefault();
    light(null);
    if (place) send(place, "file", file);
  });
  document.addEventListener("paste", (e) => {
    const [file] = e.clipboardData.files, text = e.clipboardData.getData("text");
    const place = document.activeElement?.closest("[data-attach]");
    const field = e.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select");
    if (!place || !(file || (!field && text.includes("\n")))) return;
    e.preventDefault();
    send(place, file ? "file" : "text", file || text);
  });
})();
