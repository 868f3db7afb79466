/* Gives the figure its colours from tokens.css: the server's figure names whose ink is meant, never a colour.
   Law: red, yellow and cyan fills appear only where a mark is an alarm's. */

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const INKS = { hr: "hr", pr: "pr", bp: "bp", spo2: "spo2", rr: "rr", etco2: "etco2", accent: "accent", text: "text", muted: "muted", effect: "predicted-curve", "alarm-high": "high-line", "alarm-medium": "medium-line", "alarm-low": "low-line" };
const EVENT_INKS = { drug: "accent", symptom: "text", note: "text", state: "muted" };
const LOOKS = new Set(["high", "medium", "low"]);
const look = (name) => (LOOKS.has(name) ? name : "low");

function withAlpha(color, alpha) {
  const hex = /^#([0-9a-f]{6})$/i.exec(color);
  if (!hex) return color;
  const n = Number.parseInt(hex[1], 16);
  return `rgba(${n >> 16}, ${(n >> 8) & 255}, ${n & 255}, ${alpha})`;
}

function inkTrace(trace) {
  const color = token(INKS[trace.meta.ink] ?? "text");
  trace.line = { ...trace.line, color };
  trace.hoverlabel = { ...trace.hoverlabel, bgcolor: token("raised"), bordercolor: color, font: { color: token("text") } };
  if (trace.textfont) trace.textfont = { ...trace.textfont, color };
  if (trace.meta.role === "rate") trace.fillcolor = withAlpha(color, 0.16);
  if (!trace.marker) return;
  if (trace.meta.role === "late") return void (trace.marker = { ...trace.marker, color: token("tile"), line: { ...trace.marker.line, color } });
  const marker = trace.meta.role === "events" ? (trace.customdata ?? []).map((kind) => token(EVENT_INKS[kind] ?? "text")) : color;
  trace.marker = { ...trace.marker, color: marker, line: { ...trace.marker.line, color: marker } };
  if (trace.meta.role === "events") trace.textfont = { ...trace.textfont, color: token("text") };
}

function inkShape(shape) {
  const [kind, whose] = (shape.name ?? "").split(":");
  if (kind === "band") shape.fillcolor = token("text");
  else if (kind === "span") shape.fillcolor = token(look(whose));
  else if (kind === "edge") shape.line = { ...shape.line, color: token(look(whose)) };
  else if (kind === "limit") shape.line = { ...shape.line, color: token("limit") };
  else if (kind === "baseline") shape.line = { ...shape.line, color: token(INKS[whose] ?? "text") };
  else if (kind === "marked") shape.line = { ...shape.line, color: token("text") };
  else if (kind === "doubted") shape.line = { ...shape.line, color: token("muted") };
  else if (kind === "event") shape.line = { ...shape.line, color: token("control") };
  else if (kind === "now") shape.line = { ...shape.line, color: token("text") };
}

function inkNote(note) {
  const [kind, whose] = (note.name ?? "").split(":");
  const font = (color) => ({ ...note.font, color });
  if (kind === "flag") Object.assign(note, { bgcolor: token(look(whose)), bordercolor: edge(whose), font: font(token(`on-${look(whose)}`)) });
  else if (kind === "now") Object.assign(note, { bgcolor: token("text"), font: font(token("page")) });
  else note.font = font(token(["struck", "marked"].includes(kind) ? "text" : "muted"));
  if (note.hovertext) note.hoverlabel = { bgcolor: token("raised"), bordercolor: token("muted"), font: { color: token("text") } };
}

/** Draw the alarms of a coloured figure in outline, as where nothing stands now: their colours stay, their fills go. */
export function outline({ layout }) {
  for (const shape of layout.shapes ?? []) {
    if (!shape.name?.startsWith("span:")) continue;
    Object.assign(shape, { fillcolor: withAlpha(token("page"), 0), opacity: 0.8, line: { width: 1, dash: "dot", color: token(`${look(shape.name.split(":")[1])}-line`) } });
  }
  for (const note of layout.annotations ?? []) {
    if (!note.name?.startsWith("flag:")) continue;
    Object.assign(note, { bgcolor: token("page"), bordercolor: token(`${look(note.name.split(":")[1])}-line`), borderwidth: 2, font: { ...note.font, color: token("text") } });
  }
}

/** Light gives yellow and cyan fills an outline in text colour; elsewhere there is none. */
function edge(whose) {
  const color = token("fill-edge");
  return look(whose) === "high" || color === "transparent" ? token(look(whose)) : color;
}

/** Colour a figure in place, with the theme that stands now. */
export function ink(figure) {
  const { layout } = figure;
  figure.data.forEach(inkTrace);
  (layout.shapes ?? []).forEach(inkShape);
  (layout.annotations ?? []).forEach(inkNote);
  layout.paper_bgcolor = token("page");
  layout.plot_bgcolor = token("tile");
  layout.font = { family: token("font"), size: 12, color: token("text") };
  for (const [name, axis] of Object.entries(layout)) {
    if (!/^[xy]axis\d*$/.test(name)) continue;
    axis.gridcolor = token("track");
    axis.tickfont = { size: 12, color: token("muted") };
  }
  for (const [name, legend] of Object.entries(layout)) {
    if (/^legend\d*$/.test(name)) Object.assign(legend, { bgcolor: withAlpha(token("tile"), 0), font: { size: 12, color: token("text") } });
  }
  return figure;
}
