/* Files and text become figures where they are dropped or pasted: on a decider, a category or a fact of the filling
   page, on the whole page of a scenario, and on the form for files. Without it the same form is filled by hand. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-drop]");
  const filling = document.querySelector("form[data-figures]");
  const whole = filling?.id !== "answers" && filling; // one thing alone is dropped on, wherever on its page
  const address = filling?.dataset.figures;
  if (!form && !address) return;

  const texts = JSON.parse(document.getElementById("texts").textContent).figures;
  const say = (words) => {
    const line = document.createElement("p");
    line.className = "toast";
    line.setAttribute("role", "alert");
    line.textContent = words;
    document.querySelector(".toasts").append(line);
  };
  const place = (element) => {
    if (whole) return {};
    const fact = element.closest(".dfact"), category = element.closest(".dcat"), decider = element.closest(".decider");
    if (fact) return { fact: fact.id };
    if (!category) return null;
    return decider ? { category: category.id, decider: decider.dataset.save.replace(/-state$/, "") } : { category: category.id };
  };
  let busy = false;
  const send = async (where, body) => {
    if (busy) return;
    busy = true;
    body.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    try {
      const answer = await fetch(`${address}?${new URLSearchParams(where)}`, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
      if (answer.redirected && answer.ok) return location.assign(answer.url);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      say(page.querySelector(".errors p")?.textContent || texts.failed);
    } catch {
      say(texts.offline);
    }
    busy = false;
  };
  const target = (e) => form && (!address) ? form : whole || (address && e.target.closest?.(".decider, .dcat, .dfact"));
  let lit = null;
  const light = (element) => {
    if (lit === element) return;
    lit?.classList.remove("is-dropping");
    lit = element;
    lit?.classList.add("is-dropping");
  };
  document.addEventListener("dragover", (e) => {
    if (![...e.dataTransfer.types].includes("Files")) return;
    e.preventDefault();
    light(target(e) || null);
  });
  document.addEventListener("dragleave", (e) => { if (!e.relatedTarget) light(null); });
  document.addEventListener("drop", (e) => {
    const files = e.dataTransfer.files;
    if (!files.length) return;
    e.preventDefault();
    const onto = target(e);
    light(null);
    if (!onto) return;
    if (onto === form) {
      form.querySelector("[type=file]").files = files;
      form.requestSubmit();
      return;
    }
    const body = new FormData();
    for (const file of files) body.append("file", file);
    send(place(onto), body);
  });
  document.addEventListener("paste", (e) => {
    const field = e.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select");
    const files = e.clipboardData.files, text = e.clipboardData.getData("text");
    if (form && !address && files.length) {
      e.preventDefault();
      form.querySelector("[type=file]").files = files;
      form.requestSubmit();
    } else if (address && !field && (files.length || text.includes("\n"))) {
      const where = place(document.activeElement || document.body);
      if (!where) return;
      e.preventDefault();
      const body = new FormData();
      for (const file of files) body.append("file", file);
      if (!files.length) body.append("text", text);
      send(where, body);
    }
  });
})();
