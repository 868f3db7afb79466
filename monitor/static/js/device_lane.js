/* The lowest row of the curves: what devices told. Marks too close to be told apart become one: "12 device alarms".
   Law: joining hides nothing, each mark stands in the event list with its own words; and it does not flicker: marks join from the oldest on. */
import { axisMs } from "./chart_live.js";
import { escaped, fitted, plain } from "./events_lane.js";
import { inert } from "./inert.js";
import { t } from "./words.js";

const APART_PX = 16;
const WIDEST_PX = 150;
const MARKER_PX = 14;
const GAP_PX = 14;
const PX_PER_DIGIT = 7.5;
const MOST_IN_HOVER = 4;
const ALIKE = { alarm: "told_alarms", pump: "told_pump_events" };

/** [[0], [1, 2, 3], …]: the places of the marks that are drawn as one; times ascend. */
export function joined(times, pxPerMs) {
  const groups = [];
  for (const [n, at] of times.entries()) {
    const group = groups.at(-1);
    const near = group && (at - times[group.at(-1)]) * pxPerMs < APART_PX && (at - times[group[0]]) * pxPerMs < WIDEST_PX;
    if (near) group.push(n);
    else groups.push([n]);
  }
  return groups;
}

/** Lay the row of the devices for the visible range; the marks as they came stay in meta.every. */
export function placeDevices(figure, widthPx) {
  const trace = figure.data.find((one) => one.meta.role === "devices");
  if (!trace?.x?.length) return;
  const every = (trace.meta.every ??= { at: trace.x.map(axisMs), x: trace.x, text: trace.text, said: trace.hovertext, kind: trace.customdata, symbol: trace.marker.symbol });
  const [left, right] = figure.layout.xaxis.range.map(axisMs);
  const scale = widthPx / Math.max(1, right - left);
  const groups = joined(every.at, scale);
  const rooms = groups.map((group, n) => ((n + 1 < groups.length ? every.at[groups[n + 1][0]] : right) - every.at[group[0]]) * scale - MARKER_PX - GAP_PX);
  trace.x = groups.map(([first]) => every.x[first]);
  trace.y = groups.map(() => trace.y[0]);
  trace.customdata = groups.map(([first]) => every.kind[first]);
  trace.marker = { ...trace.marker, symbol: groups.map(([first]) => every.symbol[first]) };
  trace.hovertext = groups.map((group) => hover(group, every));
  trace.text = groups.map((group, n) => label(group, every, rooms[n]));
}

function label(group, every, roomPx) {
  const words = group.length === 1 ? inert(plain(every.text[group[0]])) : together(group, every);
  const text = fitted(words, roomPx) || (group.length > 1 && PX_PER_DIGIT * String(group.length).length < roomPx + GAP_PX ? String(group.length) : "");
  return text ? `\u00a0${escaped(text)}` : "";
}

function together(group, every) {
  const kinds = new Set(group.map((n) => every.kind[n]));
  return t(kinds.size === 1 ? (ALIKE[every.kind[group[0]]] ?? "told_together") : "told_together", { n: group.length });
}

/** The newest few in full, and how many there are besides. */
function hover(group, every) {
  const said = group.slice(-MOST_IN_HOVER).reverse().map((n) => inert(every.said[n]));
  if (group.length > MOST_IN_HOVER) said.push(escaped(t("told_more", { n: group.length - MOST_IN_HOVER })));
  return said.join("<br>");
}
