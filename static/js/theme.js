// Switches between light and dark, and keeps the choice in a cookie so that the server draws the next page right away.
const root = document.documentElement;
const year = 365 * 24 * 60 * 60;

document.querySelector("[data-theme-toggle]")?.addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=${year}; samesite=lax${secure}`;
});
