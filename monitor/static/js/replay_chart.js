/* The stored curves up to the moment that is played.
   Laws: nothing later than that moment is in sight; alarms are drawn in outline, as none of them stands now; nothing else depends on this file: numbers and alarms go on without it. */
import { get } from "./api.js";
import { ink, outline } from "./chart_ink.js";
import { axisMs, writeMs } from "./chart_live.js";
import { placeDevices } from "./device_lane.js";
import { one, put, say } from "./dom.js";
import { fitFlags, placeEvents, spacePressures } from "./events_lane.js";
import { library } from "./charts.js";

const CONFIG = { displayModeBar: false, responsive: false, scrollZoom: false, doubleClick: false, showTips: false };
const WINDOW_MS = 900_000;
const MARGINS_PX = 84;
const FLAGS = /^flag:/;

export class ReplayChart {
  #session;
  #element = one("#chart");
  #figure = null;
  #flags = [];
  #notes = [];
  #ms = 0;

  constructor(session) {
    this.#session = session;
    document.addEventListener("themechange", () => this.#guard(() => this.#draw()));
    new ResizeObserver(() => this.#guard(() => this.#figure && globalThis.Plotly?.Plots.resize(this.#element))).observe(this.#element);
  }

  load() {
    return this.#guard(async () => {
      const reply = await get(`sessions/${this.#session}/figure?window=all`);
      if (!reply.ok) throw new Error(`figure: ${reply.status}`);
      await library();
      this.#figure = reply.body;
      const isFlag = (note) => FLAGS.test(note.name ?? "");
      this.#notes = this.#figure.layout.annotations.filter((note) => !isFlag(note));
      this.#flags = this.#figure.layout.annotations.filter(isFlag).map((flag) => ({ flag, from: axisMs(flag.x) }));
      put(one("#chart-notice"), "hidden", true);
      await this.#draw();
    });
  }

  /** Move to the moment that is played (UTC ms). */
  show(ms) {
    this.#ms = ms;
    if (this.#figure && !document.hidden) this.#guard(() => this.#draw());
  }

  async #draw() {
    if (!this.#figure) return;
    const { layout } = this.#figure;
    const right = this.#ms + layout.meta.offset_s * 1000;
    const left = right - WINDOW_MS;
    layout.xaxis.range = [writeMs(left), writeMs(right)];
    for (const shape of layout.shapes) if (shape.name === "now") Object.assign(shape, { x0: writeMs(right), x1: writeMs(right) });
    const flags = this.#flags.filter(({ from }) => from >= left && from <= right); // none that is to come takes the room of the newest
    layout.annotations = [...this.#notes, ...flags.map(({ flag }) => flag)];
    const clock = this.#notes.find((note) => note.name === "now");
    if (clock) Object.assign(clock, { x: writeMs(right), xanchor: "right", text: writeMs(right).slice(11, 19) });
    for (const place of [placeEvents, placeDevices, fitFlags, spacePressures]) place(this.#figure, this.#element.clientWidth - MARGINS_PX);
    const drawn = ink(this.#figure);
    outline(drawn);
    await globalThis.Plotly.react(this.#element, drawn.data, drawn.layout, CONFIG);
  }

  async #guard(work) {
    try {
      await work();
    } catch (error) {
      this.#figure = null;
      put(one("#chart-notice"), "hidden", false);
      say(one("#chart-words"), one("#replay").dataset.noCurve);
      console.warn("curve unavailable:", error instanceof Error ? error.message : error);
    }
  }
}
