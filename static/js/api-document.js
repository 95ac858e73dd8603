// Draws the operations with the package's reader in place of the plain table; without a script the table stays.

const place = document.getElementById("api-document");

window.SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  deepLinking: true,
  defaultModelsExpandDepth: -1,
  supportedSubmitMethods: [],
  onComplete: () => place.classList.add("is-drawn"),
});
