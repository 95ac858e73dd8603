/* Makes a chart interactive when a reader reaches for it. The page shows each figure as static SVG; plotly.js is loaded
   only when the pointer rests on one, or it is tapped, and then draws the very same figure in its place. A pointer rests
   when it has not moved for a while; on a busy page the timer may come before a move that still waits to be told, but no
   frame does, so a frame has the last word.
   Colors in figures are token references such as "var(--accent)", resolved against the live theme. */
(() => {
  "use strict";
  const source = document.currentScript.dataset.plotly;
  const REST = 250;
  const CONFIG = { displayModeBar: false, responsive: true, doubleClick: false, showTips: false };
  const drawn = new Set();
  let loading = null;

  const load = () => loading ||= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = source;
    const missed = () => { loading = null; script.remove(); failed(new Error("plotly.js did not load")); };
    script.onload = () => window.Plotly ? done() : missed();
    script.onerror = missed;
    document.head.append(script);
  });

  const probe = document.createElement("span");
  const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const color = (css) => {
    probe.style.color = "";
    probe.style.color = css;
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = getComputedStyle(probe).color;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
    return `rgba(${r},${g},${b},${(a / 255).toFixed(3)})`;
  };
  const resolved = (value) => {
    if (typeof value === "string" && value.startsWith("var(--")) {
      if (value.includes("--font")) return getComputedStyle(document.documentElement).getPropertyValue(value.slice(4, -1)).trim();
      return color(value);
    }
    if (Array.isArray(value)) return value.map(resolved);
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, resolved(v)]));
    return value;
  };

  const show = (figure, live) => {
    figure.querySelector(".chart__live").hidden = !live;
    figure.classList.toggle("is-live", live);
  };
  const draw = (figure) => {
    const spec = resolved(JSON.parse(figure.querySelector('script[type="application/json"]').textContent));
    const live = figure.querySelector(".chart__live");
    show(figure, true);
    return window.Plotly.react(live, spec.data, { ...spec.layout, autosize: true }, CONFIG);
  };
  const reach = async (figure) => {
    if (drawn.has(figure)) return;
    drawn.add(figure);
    try {
      await load();
      await draw(figure);
    } catch {
      drawn.delete(figure);
      show(figure, false); // the static picture stays, and the next reach tries again
    }
  };

  const settle = (root) => {
    for (const figure of root.querySelectorAll("[data-chart]:not([data-ready])")) {
      figure.dataset.ready = "";
      let timer = null, frame = null;
      const plot = figure.querySelector(".chart__plot");
      const leave = () => { clearTimeout(timer); cancelAnimationFrame(frame); };
      const arrive = () => {
        leave();
        timer = setTimeout(() => { frame = requestAnimationFrame(() => reach(figure)); }, REST);
      };
      for (const moved of ["pointerenter", "pointermove"]) plot.addEventListener(moved, arrive);
      plot.addEventListener("pointerleave", leave);
      plot.addEventListener("click", () => reach(figure));
    }
  };
  const redraw = () => { for (const figure of drawn) if (figure.isConnected && window.Plotly) draw(figure); };

  probe.hidden = true;
  document.body.append(probe);
  settle(document);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  document.addEventListener("htmx:afterSettle", (event) => settle(event.target));
})();
