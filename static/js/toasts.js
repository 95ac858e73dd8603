// Lets the reader close a toast. Toasts never close by themselves.
const texts = JSON.parse(document.getElementById("texts").textContent).toasts;
const addButton = (toast) => {
  if (toast.querySelector("button[type=button]")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = texts.close;
  button.addEventListener("click", () => toast.remove());
  toast.append(button);
};

const toasts = document.querySelector(".toasts");
const addButtons = () => toasts.querySelectorAll(".toast").forEach(addButton);
addButtons();
new MutationObserver(addButtons).observe(toasts, { childList: true });
