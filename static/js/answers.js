/* Only this site's own answers change a page. A proxy in front may answer in its place (too large, server away, its own
   sign-in page, nothing at all, a redirect): what it says is never swapped in, and what was typed stays where it is.

   An answer of ours says so in X-Scorecard, with the method that it answers: after a redirect to another page that is not
   the one that was sent. A part that saves itself and the board say for themselves what happened, by `xhr.reason`. */
const texts = JSON.parse(document.getElementById("texts").textContent).answers;
const PROXY = [0, 413, 502, 503, 504], OWN = [401, 403, 404];
const among = (statuses, status) => (statuses.includes(status) ? texts[status] : undefined);

/* A page that nobody signs in to, such as a vendor's, is only opened again. */
const own = (status) => {
  const form = document.querySelector("[data-drafts]");
  if (status === 401 && form && !form.dataset.signIn) return texts.closed;
  return (status === 404 && form?.dataset.gone) || among(OWN, status);
};

const isOurs = ({ xhr, requestConfig }) => {
  const mark = xhr.getResponseHeader("X-Scorecard");
  return Boolean(mark) && (requestConfig.boosted || mark.toLowerCase() === requestConfig.verb);
};

/* Only what is sent as a form is sent once (by its request key); a part goes out again and again from the same page. */
document.addEventListener("htmx:configRequest", (e) => {
  if (!e.target.matches("form") || e.target.matches("[data-save], #move")) delete e.detail.parameters.request_key;
});

document.addEventListener("htmx:beforeOnLoad", (e) => {
  if (isOurs(e.detail)) return;
  e.preventDefault();
  e.detail.xhr.reason = among(PROXY, e.detail.xhr.status) ?? texts.elsewhere;
});

/* Where it is seen: in the dialog that sent it, else in a toast. What is only looked up says nothing. */
const place = () => document.getElementById("dialog-slot");
const say = (sender, text) => {
  const line = document.createElement("p");
  line.setAttribute("role", "alert");
  line.textContent = text;
  line.dataset.failed = "";
  const form = sender.closest("#dialog-slot form") ?? sender.closest("dialog")?.querySelector("form");
  line.className = form ? "field__error" : "toast";
  if (form) form.prepend(line); else document.querySelector(".toasts").append(line);
};
document.addEventListener("htmx:beforeRequest", () => {
  for (const old of document.querySelectorAll("[data-failed]")) old.remove();
});
document.addEventListener("htmx:afterRequest", (e) => {
  const { xhr, requestConfig, target } = e.detail, sender = e.target;
  const isSilent = requestConfig.verb === "get" && target !== place();
  if (isSilent || sender.matches?.("[data-save], #move")) return;
  const isUnseen = xhr.status === 409 && !xhr.reason && sender.getAttribute?.("hx-swap") === "none"; // nothing shows its page
  if (isUnseen) say(sender, new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("main p:not([aria-hidden])")?.textContent);
  const isRefused = xhr.status >= 400 && ![409, 413, 422].includes(xhr.status);
  const reason = xhr.reason ?? (xhr.status === 0 ? texts[0] : isRefused ? own(xhr.status) ?? texts.failed : "");
  if (reason) say(sender, texts.notDone.replace("{reason}", () => reason));
});
