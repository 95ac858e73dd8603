// Makes and uses passkeys: a form marked data-passkey="create" or "get" is sent with what the device has signed.
// Without it, or in a browser that knows no passkeys, the page shows what it says about that instead.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (list) => list?.map((entry) => ({ ...entry, id: bytes(entry.id) }));

const FAILURES = { NotAllowedError: "notAllowed", InvalidStateError: "invalidState", SecurityError: "security" };

async function options(form) {
  const here = document.getElementById("passkey-options");
  if (here) return JSON.parse(here.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

async function create(form) {
  const { publicKey } = (await options(form)).creation_options;
  const alone = form.elements.passwordless?.checked ?? false;
  const selection = { ...publicKey.authenticatorSelection, requireResidentKey: alone };
  selection.residentKey = alone ? "required" : "discouraged";
  if (alone) selection.userVerification = "required";
  return navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) },
      excludeCredentials: known(publicKey.excludeCredentials),
      authenticatorSelection: selection,
    },
  });
}

async function get(form) {
  const { publicKey } = (await options(form)).request_options;
  return navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      allowCredentials: known(publicKey.allowCredentials),
    },
  });
}

function plain(credential) {
  const signed = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"])
    if (credential.response[part]) signed[part] = text(credential.response[part]);
  if (credential.response.getTransports) signed.transports = credential.response.getTransports();
  return {
    type: credential.type,
    id: credential.id,
    rawId: text(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: signed,
  };
}

async function send(form) {
  const failure = form.querySelector("[data-passkey-failure]");
  const button = form.querySelector("button[type=submit]");
  failure.hidden = true;
  button.setAttribute("aria-disabled", "true");
  try {
    const credential = await (form.dataset.passkey === "create" ? create(form) : get(form));
    form.elements.credential.value = JSON.stringify(plain(credential));
    form.submit();
  } catch (error) {
    failure.querySelector("span").textContent = failure.dataset[FAILURES[error.name] ?? "other"];
    failure.hidden = false;
    button.removeAttribute("aria-disabled");
  }
}

if (window.PublicKeyCredential && navigator.credentials) {
  for (const part of document.querySelectorAll("[data-passkey-only]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-passkey-without]")) part.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      const button = form.querySelector("button[type=submit]");
      if (button.getAttribute("aria-disabled") !== "true") send(form);
    });
  }
}
