/* Draws the trend of the clinic's figures. Law: the figure came with the page; only its colours are the theme's. */
import { ink } from "./chart_ink.js";
import { block, one } from "./dom.js";

const CONFIG = { displayModeBar: false, responsive: true, scrollZoom: false, doubleClick: false, showTips: false };
const FIGURE = block("load-figure");

function draw() {
  const { data, layout } = ink(structuredClone(FIGURE));
  globalThis.Plotly.react(one("#load-chart"), data, layout, CONFIG);
}

document.addEventListener("themechange", draw);
draw();
