/* The curves of one session, drawn by the chart library.
   Laws: nothing else depends on this file; when the library is missing, slow or throws, a calm notice stands here and numbers
   and alarms go on. Looking back never stops the feed: values keep being added, and one button returns to live. */
import { get } from "./api.js";
import { all, one, put, say } from "./dom.js";
import { ink } from "./chart_ink.js";
import { LiveFigure, axisMs, writeMs } from "./chart_live.js";
import { placeDevices } from "./device_lane.js";
import { fitFlags, placeEvents, spacePressures } from "./events_lane.js";
import { t } from "./words.js";

const CONFIG = { displayModeBar: false, responsive: false, scrollZoom: false, doubleClick: false, showTips: false };
const LIBRARY_WAIT_MS = 8000;
const ARRIVED_WAIT_MS = 1000; // its file is here (or refused) but the library is not: only running it can still be under way
const DRAW_EVERY_MS = 1000;
const THIN_AGAIN_MS = 180_000;
const SETTLE_MS = 400;
const RESIZED_MS = 120;
const LANES = new Set(["events", "devices", "device-spans"]); // of a figure, below its curves
const NARROW_PX = 560;
const AT_MOST_MS = 5000;
const DRAWN = new Set(["hr", "pr", "spo2", "rr", "etco2", "abp_sys", "abp_dia", "nibp_sys"]);
const EXTRA_POINTS = 300;
const MARGINS_PX = 84; // left and right of the panels, as the figure sets them
const WINDOW_MS = { "15m": 900_000, "1h": 3_600_000 };

export class Curves {
  #session;
  #live;
  #given;
  #told;
  #element = one("#chart");
  #figure = null;
  #window = "1h";
  #lookedAt = null; // the stretch somebody looks back at; null while the chart follows the clock
  #dragging = false;
  #drawnMs = 0;
  #loadedMs = 0;
  #soon = 0;
  #asked = 0;
  #early = [];
  #over = false;
  #listens = false;

  /** given() -> mg given by now or null; told(marks) is called with what devices told, whether or not it can be drawn. */
  constructor(session, live, given, told) {
    this.#session = session;
    this.#live = live;
    this.#given = given;
    this.#told = told;
    for (const button of all("[data-window]")) button.addEventListener("click", () => this.#choose(button.dataset.window));
    one("#back-to-live").addEventListener("click", () => this.#backToLive());
    one("#earlier").addEventListener("click", () => this.#earlier());
    one("#chart-again").addEventListener("click", () => this.#guard(() => this.load()));
    document.addEventListener("themechange", () => this.#guard(() => this.#figure && this.#react()));
    document.addEventListener("visibilitychange", () => !document.hidden && this.loadSoon());
    document.addEventListener("sign-in-turned", () => this.#guard(() => this.#anew()));
  }

  get #following() {
    return this.#lookedAt === null;
  }

  /** A session that is over stands still: its curve ends where the record does. */
  set over(over) {
    this.#over = over;
    if (over) say(one("#following"), t("finished"));
  }

  /** New values as the server pushed them. */
  push(points) {
    if (this.#figure === null) this.#early = [...this.#early, ...points].slice(-2000);
    else for (const point of points) this.#take(point);
  }

  /** Fetch the figure anew, once, a moment from now: something other than a value changed. */
  loadSoon() {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.#guard(() => this.load()), SETTLE_MS);
  }

  tick(nowMs = performance.now()) {
    if (this.#over || this.#figure === null || this.#dragging || document.hidden || nowMs - this.#drawnMs < DRAW_EVERY_MS) return;
    this.#drawnMs = nowMs;
    if (nowMs - this.#loadedMs > THIN_AGAIN_MS) this.loadSoon();
    this.#guard(() => this.#advance());
  }

  /** The sign-in was locked or opened: what was drawn with words leaves the page at once. */
  async #anew() {
    this.#figure = null;
    await globalThis.Plotly?.react(this.#element, [], {}, CONFIG);
    await this.load();
  }

  async load(window = this.#reach()) {
    const asked = ++this.#asked;
    const reply = await get(`sessions/${this.#session}/figure?window=${window}`);
    if (asked !== this.#asked) return;
    if (!reply.ok) throw new Error(`figure: ${reply.status}`);
    this.#told(reply.body.layout.meta.told_by_devices);
    const plotly = await library();
    if (asked !== this.#asked) return;
    this.#figure = new LiveFigure(reply.body);
    this.#loadedMs = performance.now();
    for (const point of this.#early.splice(0)) this.#take(point);
    await this.#react(plotly);
    this.#notice(this.#isEmpty() ? t("curve_empty") : "");
  }

  /** What to fetch: the chosen window; while looking back what is drawn, and everything when that begins too late. */
  #reach() {
    if (this.#following) return this.#window;
    const { window } = this.#figure?.drawn.layout.meta ?? { window: "all" };
    const from = (this.#live.serverNow() ?? new Date()).getTime() + (this.#figure?.offsetMs ?? 0) - (WINDOW_MS[window] ?? 0);
    return axisMs(this.#lookedAt[0]) < from ? "all" : window;
  }

  #take({ vital, at, value, quality }) {
    if (value === null || quality === "implausible") return;
    if (this.#figure.knows(vital)) this.#figure.push(vital, Date.parse(at), value);
    else if (DRAWN.has(vital)) this.#loadAtMost();
  }

  /** The first value of a curve, or a cuff measurement: not more often than every few seconds. */
  #loadAtMost() {
    if (performance.now() - this.#loadedMs > AT_MOST_MS) this.loadSoon();
    else setTimeout(() => this.loadSoon(), AT_MOST_MS);
  }

  /** Events alone are no curve. */
  #isEmpty() {
    return !this.#figure.drawn.data.some((trace) => trace.x?.length && !LANES.has(trace.meta?.role));
  }

  async #react(plotly = globalThis.Plotly) {
    this.#place();
    const { data, layout } = ink(this.#figure.drawn);
    const narrow = this.#element.clientWidth < NARROW_PX; // beside the words of a baseline, which take a third of it
    for (const name of ["legend", "legend2", "legend3"]) if (narrow && layout[name]?.xanchor === "right") layout[name].x = 0.6;
    await plotly.react(this.#element, data, layout, CONFIG);
    if (!this.#listens) this.#listen();
  }

  /** One drawing a second, however many values came: arrays and layout are moved first, extendTraces draws once. */
  #advance() {
    this.#place();
    const { indices, x, y } = this.#figure.take();
    const element = this.#element;
    element.layout.xaxis.range = this.#figure.drawn.layout.xaxis.range;
    const { points, window } = this.#figure.drawn.layout.meta;
    const most = points + (window === "all" ? EXTRA_POINTS : 0); // of the whole session none of its beginning is ever pushed out
    return indices.length ? globalThis.Plotly.extendTraces(element, { x, y }, indices, most) : globalThis.Plotly.redraw(element);
  }

  #place() {
    const now = this.#over ? null : this.#live.serverNow();
    if (!this.#following) this.#figure.drawn.layout.xaxis.range = [...this.#lookedAt];
    const widthPx = this.#element.clientWidth - MARGINS_PX;
    if (now) this.#figure.moveTo(now.getTime(), { following: this.#following, givenMg: this.#given() });
    for (const place of [placeEvents, placeDevices, fitFlags, spacePressures]) place(this.#figure.drawn, widthPx);
  }

  /** Its place changes with the window, and also when a call of all stations comes or goes above it. */
  #fitAlways() {
    let settling = 0;
    new ResizeObserver(() => {
      clearTimeout(settling);
      settling = setTimeout(() => this.#guard(() => globalThis.Plotly.Plots.resize(this.#element)), RESIZED_MS);
    }).observe(this.#element);
  }

  #listen() {
    this.#listens = true;
    this.#fitAlways();
    this.#element.on("plotly_relayouting", () => {
      this.#dragging = true;
    });
    this.#element.on("plotly_relayout", (change) => {
      this.#dragging = false;
      if ("xaxis.range[0]" in change) this.#lookBack(this.#element.layout.xaxis.range);
    });
  }

  #lookBack(range) {
    this.#follow(range);
    const left = axisMs(range[0]);
    if (left < this.#figure.startMs && this.#figure.drawn.layout.meta.window !== "all") this.#guard(() => this.load("all"));
  }

  #earlier() {
    if (this.#figure === null) return;
    const [left, right] = (this.#lookedAt ?? this.#element.layout.xaxis.range).map(axisMs);
    const step = (WINDOW_MS[this.#window] ?? right - left) / 2;
    this.#lookBack([writeMs(left - step), writeMs(right - step)]);
    this.#guard(() => this.#advance());
  }

  #choose(window) {
    this.#window = window;
    for (const button of all("[data-window]")) put(button, "aria-pressed", String(button.dataset.window === window));
    this.#backToLive();
  }

  #backToLive() {
    this.#follow(null);
    this.#guard(() => this.load());
  }

  #follow(lookedAt) {
    this.#lookedAt = lookedAt && [...lookedAt];
    put(one("#back-to-live"), "hidden", this.#following);
    say(one("#following"), t(!this.#following ? "looking_back" : this.#over ? "finished" : "following"));
  }

  /** Whatever goes wrong in here ends here. */
  async #guard(work) {
    try {
      await work();
    } catch (error) {
      this.#figure = null;
      this.#notice(t("curve_lost"));
      console.warn("curve unavailable:", error instanceof Error ? error.message : error);
    }
  }

  #notice(words) {
    put(one("#chart-notice"), "hidden", words === "");
    say(one("#chart-words"), words);
    put(one("#chart-again"), "hidden", words !== t("curve_lost"));
    put(this.#element, "hidden", words === t("curve_lost"));
  }
}

/** The chart library, when its script has run; it is loaded beside the page, never before it. */
export function library() {
  if (globalThis.Plotly) return globalThis.Plotly;
  const script = one("#plotly");
  return new Promise((resolve, reject) => {
    const arrived = performance.getEntriesByName(script.src).length > 0;
    const late = setTimeout(() => reject(new Error("the chart library did not come")), arrived ? ARRIVED_WAIT_MS : LIBRARY_WAIT_MS);
    const settle = () => {
      clearTimeout(late);
      globalThis.Plotly ? resolve(globalThis.Plotly) : reject(new Error("the chart library is missing"));
    };
    script.addEventListener("load", settle, { once: true });
    script.addEventListener("error", settle, { once: true });
  });
}
