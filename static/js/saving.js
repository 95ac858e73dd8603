/* Saving that can be seen and that loses nothing.

   Every [data-save] element is one part that is saved on its own by htmx (its hx-post is triggered by "save"). What is
   typed is kept in this browser from the first keystroke until the server has confirmed it; a save that failed is tried
   again every 15 seconds, when the connection returns, when the window is looked at, and after a reload. A part is sent
   with the version it was made from, so what somebody else wrote meanwhile is never overwritten unseen. */
(() => {
  "use strict";
  const form = document.querySelector("[data-drafts]");
  if (!form || !window.htmx) return;

  const texts = JSON.parse(document.getElementById("texts").textContent).saving;
  const PAUSE = 700, RETRY = 15000, SPINNER = 300, HALF = 1500, PRESSED = 40;
  const scope = `draft:${form.dataset.drafts}:`;
  const states = new Map(); // part element -> { timer, sent, failed }
  const parts = () => [...form.querySelectorAll("[data-save]")];
  const state = (part) => states.get(part) || states.set(part, {}).get(part);
  const slot = (part) => part.querySelector(".slot");
  const version = (part) => part.querySelector(".slot > input[type=hidden]");
  const controls = (part) => [...part.querySelectorAll("input:not([type=hidden]), textarea, select")];

  /* Half a date is no date: a browser gives it as an empty value, which must never replace the one that is stored. */
  const isHalf = (c) => Boolean(c.validity?.badInput);
  const values = (part) => {
    const found = {};
    for (const c of controls(part)) {
      if (isHalf(c)) continue;
      if (c.type === "checkbox") found[c.name] = c.checked ? c.value : "";
      else if (c.type !== "radio" || c.checked) found[c.name] = c.value;
    }
    return found;
  };
  const setValues = (part, wanted) => {
    for (const c of controls(part)) {
      if (!(c.name in wanted)) continue;
      if (c.type === "radio" || c.type === "checkbox") c.checked = c.value === wanted[c.name];
      else c.value = wanted[c.name];
    }
  };
  const isChoice = (c) => c.matches("input[type=radio], input[type=checkbox], select");
  /* What the part belongs to looks different once it is answered, and again where it does not apply. */
  const mark = (part) => {
    const block = part.closest(".cat, .q");
    const chosen = part.querySelector("input[type=radio]:checked");
    if (!block || !chosen || block.matches(".dcat")) return;
    block.classList.toggle("is-open", chosen.value === "");
    block.classList.toggle("is-na", chosen.value === "na");
    block.classList.remove("is-folded"); // its line would show the old score
  };
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  /* Drafts: what the server has not confirmed yet */
  let keeping = true;
  const draftKey = (part) => scope + part.dataset.save;
  const keepDraft = (part) => {
    state(part).dirty = true;
    try {
      localStorage.setItem(draftKey(part), JSON.stringify({ version: version(part).value, values: values(part) }));
    } catch { keeping = false; }
  };
  const dropDraft = (part) => {
    state(part).dirty = false;
    try { localStorage.removeItem(draftKey(part)); } catch { /* nothing was kept */ }
  };
  const isKept = (part) => { try { return localStorage.getItem(draftKey(part)) !== null; } catch { return false; } };
  const draft = (part) => { try { return JSON.parse(localStorage.getItem(draftKey(part))); } catch { return null; } };

  /* What the reader sees */
  const icon = (name) => `<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><use href="#i-${name}"/></svg>`;
  const say = (part, className, html) => {
    for (const old of slot(part).querySelectorAll(":scope > :not(input)")) old.remove();
    slot(part).insertAdjacentHTML("beforeend", `<span class="${className}">${html}</span>`);
  };
  const failures = {
    401: form.dataset.signIn ? texts.signedOut : texts.closed,
    403: texts[403],
    404: form.dataset.gone ? texts.gone.replace("{reason}", () => form.dataset.gone) : texts[404],
  };
  const numbered = (one, many, n) => (n === 1 ? one : many.replace("{n}", n));
  const isRefused = (part) => Boolean(slot(part)?.querySelector(":scope > .conflict, :scope > .field__error"));
  /* What is neither failed nor on its way, yet not confirmed: it waits for something, or is another tab's. */
  const isWaiting = (part) => {
    const s = state(part);
    return (s.dirty || isKept(part)) && !s.timer && !s.sending && !s.failed && !isRefused(part);
  };
  const sum = () => {
    const all = parts(), bar = document.getElementById("save-state");
    if (!bar) return;
    const failed = all.filter((p) => state(p).failed || isRefused(p)).length;
    const busy = all.some((p) => state(p).timer || state(p).sending);
    const waiting = all.filter(isWaiting).length;
    bar.className = failed || (waiting && !busy) ? "save save--failed" : busy ? "save save--busy" : "save";
    bar.innerHTML = failed ? `${icon("alert")}<span>${numbered(texts.oneFailed, texts.failed, failed)}</span>`
      : busy ? `<span class="spin" aria-hidden="true"></span><span>${texts.saving}</span>`
      : waiting ? `${icon("alert")}<span>${numbered(texts.oneWaits, texts.waiting, waiting)}</span>` : `${icon("check")}<span>${texts.saved}</span>`;
  };
  const local = (root) => {
    for (const time of root.querySelectorAll(".slot time[datetime]")) {
      time.textContent = new Date(time.dateTime).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
    }
  };

  /* Signing in again in another tab changes the token: what counts is the cookie's, not the one this page came with. */
  document.addEventListener("htmx:configRequest", (e) => {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
    if (token) e.detail.headers["X-CSRFToken"] = token;
  });

  /* A press and its release are a click only where nothing moves in between. Leaving a field by pressing something else
     saves the field, and what a save says would move what is pressed: so it waits for the release. */
  let isPressed = false;
  const release = () => setTimeout(() => { isPressed = false; });
  addEventListener("pointerdown", () => { isPressed = true; }, true);
  addEventListener("pointerup", release, true);
  addEventListener("pointercancel", release, true);
  addEventListener("blur", release);

  /* Saving */
  const save = (part) => {
    const s = state(part);
    clearTimeout(s.timer);
    s.timer = null;
    if (isPressed) { s.timer = setTimeout(() => save(part), PRESSED); return; }
    if (controls(part).some(isHalf)) { hold(part); return; }
    if (s.sending) { s.again = true; return; }
    s.held = window.htmx.trigger(part, "save") === false; // say, a reason is still missing
    sum();
  };
  const hold = (part) => {
    say(part, "field__error", `${icon("alert")}<span>${texts.half}</span>`);
    sum();
  };
  const changed = (part, pause) => {
    keepDraft(part);
    const s = state(part);
    clearTimeout(s.timer);
    s.timer = setTimeout(() => save(part), controls(part).some(isHalf) ? HALF : pause);
    sum();
  };
  const part = (event) => event.target.closest?.("[data-save]");

  form.addEventListener("input", (e) => { if (part(e) && !isChoice(e.target)) changed(part(e), PAUSE); });
  form.addEventListener("change", (e) => {
    const p = part(e);
    if (!p) return;
    if (e.target.type === "radio") mark(p);
    if (isChoice(e.target) || state(p).timer) changed(p, 0);
  });

  /* Enter in a field of one line saves its part and stays; it would send the whole page. */
  form.addEventListener("keydown", (e) => {
    if (e.key !== "Enter" || !part(e) || !e.target.matches("input") || isChoice(e.target) || e.isComposing) return;
    e.preventDefault();
    changed(part(e), 0);
  });

  form.addEventListener("focusout", (e) => { if (part(e) && isHalf(e.target)) { clearTimeout(state(part(e)).timer); state(part(e)).timer = null; hold(part(e)); } });

  form.addEventListener("htmx:beforeRequest", (e) => {
    const p = e.target.closest("[data-save]");
    if (!p || e.target !== p) return;
    const s = state(p);
    s.sending = true;
    s.sent = values(p);
    clearTimeout(s.spinner);
    s.spinner = setTimeout(() => s.sending && say(p, "save save--busy", `<span class="spin" aria-hidden="true"></span>${texts.saving}`), SPINNER);
    sum();
  });
  form.addEventListener("htmx:afterRequest", (e) => {
    const p = e.target;
    if (!p.matches?.("[data-save]")) return;
    const s = state(p), { reason } = e.detail.xhr, status = reason ? 0 : e.detail.xhr.status;
    clearTimeout(s.spinner);
    s.sending = false;
    const again = s.again;
    s.again = false;
    if (status === 200) {
      s.failed = false;
      if (same(values(p), s.sent)) { dropDraft(p); writeBack(p); } else keepDraft(p);
      if (again) changed(p, 0);
    } else if (status === 409 || status === 413 || status === 422) {
      s.failed = false;
      if (again && status === 422) changed(p, 0);
    } else fail(p, status, reason);
    sum();
  });
  /* A number stands in its field as it is stored, once the field is left: 0,031 becomes 0.031. */
  const writeBack = (p) => {
    const stored = slot(p)?.querySelector("[data-stored]")?.dataset.stored;
    if (!stored) return;
    const wanted = JSON.parse(stored);
    for (const c of controls(p)) {
      if (!(c.name in wanted) || c.value === wanted[c.name] || !c.matches("[data-number]")) continue;
      const sent = c.value, write = () => { if (c.value === sent) c.value = wanted[c.name]; };
      if (c === document.activeElement) c.addEventListener("blur", write, { once: true }); else write();
    }
  };
  const fail = (p, status, reason) => {
    const s = state(p);
    const last = status === 403 || status === 404;
    if (!s.failed) document.getElementById("alarm").textContent = texts.kept;
    s.failed = true;
    s.final = last;
    const words = reason ? texts.retryingFor.replace("{reason}", () => reason) : failures[status] || texts.retrying;
    const link = `<a href="${form.dataset.signIn || location.pathname}" target="_blank" rel="noopener">`;
    const said = words.replace("<a>", link).replace("<button>", '<button class="linklike" type="button" data-retry>');
    say(p, "save save--failed", `${icon("alert")}<span>${said}</span>`);
  };
  const retryAll = () => {
    for (const [p, s] of states) {
      const isLost = s.dirty && isWaiting(p) && !s.held;
      if (!s.sending && ((s.failed && !s.final) || isLost)) save(p);
    }
  };
  setInterval(retryAll, RETRY);
  addEventListener("online", retryAll);
  addEventListener("focus", retryAll);
  addEventListener("storage", () => sum());
  document.addEventListener("htmx:afterSettle", (e) => { local(e.target); sum(); });

  form.addEventListener("click", (e) => {
    const p = part(e);
    if (!p) return;
    if (e.target.closest("[data-retry]")) save(p);
    const read = e.target.closest("[data-read]");
    if (read) {
      e.preventDefault();
      setValues(p, { [read.name]: read.value });
      changed(p, 0);
      form.querySelector(`[name="${read.name}"]`)?.focus();
    }
    const choice = e.target.closest("[data-keep]");
    if (!choice) return;
    e.preventDefault();
    if (choice.dataset.keep === "theirs") {
      setValues(p, JSON.parse(choice.dataset.values));
      mark(p);
    }
    version(p).value = choice.dataset.version;
    changed(p, 0);
    controls(p)[0].focus();
  });

  /* The whole page sent by a button: whatever is typed goes with it, so nothing is pending any more once it is answered. */
  addEventListener("beforeunload", (e) => {
    const pending = [...states.values()].some((s) => s.timer || s.sending || s.failed);
    if (pending && !keeping) e.preventDefault();
  });

  /* What was typed while this script was still on its way */
  const isTouched = (c) => {
    if (c.type === "radio" || c.type === "checkbox") return c.checked !== c.defaultChecked;
    if (!c.matches("select")) return c.value !== c.defaultValue;
    return c.value !== ([...c.options].find((o) => o.defaultSelected) ?? c.options[0])?.value;
  };

  /* After a reload, and where a part was drawn anew: put back what was not confirmed, and try again */
  const restore = (found) => {
    for (const p of found) {
      const kept = draft(p);
      if (!kept) {
        if (controls(p).some(isTouched)) changed(p, 0);
        continue;
      }
      if (same(values(p), { ...values(p), ...kept.values })) { dropDraft(p); continue; }
      setValues(p, kept.values);
      p.closest("details")?.setAttribute("open", "");
      version(p).value = Math.min(Number(kept.version), Number(version(p).value));
      changed(p, 0);
    }
  };
  const redrawn = () => {
    const gone = [...states.keys()].filter((p) => !p.isConnected);
    for (const p of gone) { clearTimeout(state(p).timer); states.delete(p); }
    const names = new Set(gone.map((p) => p.dataset.save));
    if (names.size) restore(parts().filter((p) => names.has(p.dataset.save)));
  };
  document.addEventListener("htmx:afterSettle", redrawn);

  /* htmx listens to a part only once the page is read; what is sent before that is lost without a word. */
  const start = () => {
    restore(parts());
    local(document);
    sum();
  };
  if (document.readyState === "complete") start(); else document.addEventListener("DOMContentLoaded", start, { once: true });
})();
