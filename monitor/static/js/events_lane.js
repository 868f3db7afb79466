/* Labels that give way to each other. The lowest panel: labelled markers in two rows. Law: the newest label is always written; an older one gives way to it,
   but its marker and its line through the panels stay. */
import { axisMs } from "./chart_live.js";

const GAP_PX = 18;
const MARKER_PX = 14;
const LEAST_PX = 48;
const PX_PER_LETTER = 6.9;

/** Choose a row (1 above, 0 below) and the visible text of each event, from the newest to the oldest. */
export function layLane(times, words, [left, right], widthPx) {
  const scale = widthPx / Math.max(1, right - left);
  const limits = [widthPx, widthPx];
  const rows = new Array(times.length).fill(1);
  const texts = new Array(times.length).fill("");
  const order = times.map((_, n) => n).sort((a, b) => times[b] - times[a]);
  for (const n of order) {
    const from = (times[n] - left) * scale;
    const wanted = MARKER_PX + words[n].length * PX_PER_LETTER;
    const room = limits.map((limit) => limit - from - GAP_PX);
    const row = room[1] >= wanted || room[1] >= room[0] ? 1 : 0;
    rows[n] = row;
    texts[n] = fitted(words[n], room[row] - MARKER_PX);
    limits[row] = Math.min(limits[row], from);
  }
  return { rows, texts };
}

/** As many of the words as have room, or none. */
export function fitted(words, roomPx) {
  if (words.length * PX_PER_LETTER <= roomPx) return words;
  if (roomPx < LEAST_PX) return "";
  return `${words.slice(0, Math.floor(roomPx / PX_PER_LETTER) - 1)}…`;
}

/** Lay the events trace of a figure for the visible range; the whole words stay in hovertext. */
export function placeEvents(figure, widthPx) {
  const trace = figure.data.find((one) => one.meta.role === "events");
  if (!trace?.x?.length) return;
  trace.hovertext ??= trace.text;
  trace.hovertemplate = "%{hovertext}<extra></extra>";
  const { rows, texts } = layLane(trace.x.map(axisMs), trace.hovertext.map(plain), figure.layout.xaxis.range.map(axisMs), widthPx);
  trace.y = rows;
  trace.text = texts.map((text) => (text ? `\u00a0${escaped(text)}` : ""));
}

export const plain = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&#x27;", "'").replaceAll("&amp;", "&");
export const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const PRESSURE_PX = 52;

/** Write sys/dia above as many bars as have room, the newest first; every bar stays. */
export function spacePressures(figure, widthPx) {
  const trace = figure.data.find((one) => one.meta.role === "pressure-words");
  if (!trace?.x?.length) return;
  const every = (trace.meta.every ??= { x: [...trace.x], y: [...trace.y], text: [...trace.text] });
  const [left, right] = figure.layout.xaxis.range.map(axisMs);
  const places = every.x.map((at) => ((axisMs(at) - left) / Math.max(1, right - left)) * widthPx);
  const kept = [];
  let last = Infinity;
  for (const n of places.map((_, index) => index).sort((a, b) => places[b] - places[a])) {
    if (last - places[n] < PRESSURE_PX) continue;
    kept.push(n);
    last = places[n];
  }
  for (const name of ["x", "y", "text"]) trace[name] = kept.map((n) => every[name][n]);
}

const FLAG_PX_PER_LETTER = 7.4;
const FLAG_EDGE_PX = 10;

/** Each panel's alarm flags from the newest back: one gives way to the next, down to its mark; the newest is never cut. */
export function fitFlags({ layout }, widthPx) {
  const [left, right] = layout.xaxis.range.map(axisMs);
  const ends = new Map();
  const flags = layout.annotations.filter((note) => note.name?.startsWith("flag:"));
  for (const flag of flags.sort((a, b) => axisMs(b.x) - axisMs(a.x))) {
    flag.whole ??= flag.text;
    const from = ((axisMs(flag.x) - left) / Math.max(1, right - left)) * widthPx;
    const wanted = plain(flag.whole).length * FLAG_PX_PER_LETTER + FLAG_EDGE_PX;
    const newest = !ends.has(flag.yref);
    const room = (ends.get(flag.yref) ?? widthPx) - from;
    const turned = newest && room < wanted;
    flag.xanchor = turned ? "right" : "left";
    flag.text = turned || room >= wanted ? flag.whole : flagText(flag.whole, room - FLAG_EDGE_PX);
    flag.visible = flag.text !== "";
    if (flag.visible) ends.set(flag.yref, turned ? from - wanted : from);
  }
}

function flagText(whole, roomPx) {
  const mark = whole.split(" ")[0];
  const shortened = fitted(plain(whole), roomPx);
  if (shortened) return escaped(shortened);
  return mark.length * FLAG_PX_PER_LETTER <= roomPx ? mark : "";
}
