/* Carries a drawn figure on: new points, moving end dots, now line, standing alarm spans.
   Laws: a line breaks where values stop for longer than the gap rule; a thinned bucket keeps its lowest and highest value;
   nothing is drawn between two values that was not measured. Works on the figure's own arrays; draws nothing itself. */

/** Milliseconds of the figure's axis (clinic time written without a zone, read here as if it were UTC). */
export const axisMs = (written) => Date.parse(`${String(written).replace(" ", "T")}Z`);
export const writeMs = (ms) => new Date(ms).toISOString().replace("T", " ").slice(0, 23);

/** One vital's line and end dot. */
export class LiveCurve {
  #line;
  #tip;
  #meta;
  #bucket = [];
  #lastMs;

  constructor(line, tip, meta) {
    this.#line = line;
    this.#tip = tip;
    this.#meta = meta;
    this.#lastMs = tip.x.length ? axisMs(tip.x.at(-1)) : null;
    this.waiting = { x: [], y: [] };
  }

  /** Take a value in; what the line must grow by collects in `waiting`. */
  push(ms, value) {
    if (this.#lastMs !== null && ms <= this.#lastMs) return;
    if (this.#lastMs !== null && (ms - this.#lastMs) / 1000 > this.#meta.gap_s) this.#break();
    this.#lastMs = ms;
    if (!this.#meta.bucket_s) return void this.#add(ms, value);
    const first = this.#bucket[0];
    if (first && Math.floor(first.ms / 1000 / this.#meta.bucket_s) !== Math.floor(ms / 1000 / this.#meta.bucket_s)) this.#flush();
    this.#bucket.push({ ms, value });
  }

  /** The end dot: at the newest value, joined to the line; none when the newest value is older than the gap rule. */
  moveTip(nowMs) {
    const newest = this.#bucket.at(-1);
    const end = this.#end();
    const tip = newest ? [end, newest].filter(Boolean) : [end].filter(Boolean);
    const alive = this.#lastMs !== null && (nowMs - this.#lastMs) / 1000 <= this.#meta.gap_s;
    this.#tip.x = alive ? tip.map((point) => writeMs(point.ms)) : [];
    this.#tip.y = alive ? tip.map((point) => point.value) : [];
    this.#tip.marker = { ...this.#tip.marker, size: tip.map((_, n) => (n === tip.length - 1 ? 7 : 0)) };
  }

  #end() {
    const [x, y] = this.waiting.x.length ? [this.waiting.x, this.waiting.y] : [this.#line.x, this.#line.y];
    const value = y.at(-1);
    return value === undefined || value === null ? null : { ms: axisMs(x.at(-1)), value };
  }

  #break() {
    this.#flush();
    this.#add(this.#lastMs + 1, null);
  }

  #add(ms, value) {
    this.waiting.x.push(writeMs(ms));
    this.waiting.y.push(value);
  }

  #flush() {
    if (!this.#bucket.length) return;
    const low = this.#bucket.reduce((a, b) => (b.value < a.value ? b : a));
    const high = this.#bucket.reduce((a, b) => (b.value > a.value ? b : a));
    const kept = low === high ? [low] : [low, high].sort((a, b) => a.ms - b.ms);
    for (const point of kept) this.#add(point.ms, point.value);
    this.#bucket = [];
  }
}

/** The parts of a figure that move with time. */
export class LiveFigure {
  #figure;
  #curves = new Map();
  #endMs;

  constructor(figure) {
    this.#figure = figure;
    const { meta } = figure.layout;
    const lines = figure.data.filter((trace) => trace.meta.role === "curve");
    for (const line of lines) {
      const tip = figure.data.find((trace) => trace.meta.role === "tip" && trace.meta.vital === line.meta.vital);
      this.#curves.set(line.meta.vital, { index: figure.data.indexOf(line), live: new LiveCurve(line, tip, meta) });
    }
    const [left, right] = figure.layout.xaxis.range.map(axisMs);
    this.startMs = left;
    this.#endMs = right;
    this.offsetMs = meta.offset_s * 1000;
  }

  get drawn() {
    return this.#figure;
  }

  knows(vital) {
    return this.#curves.has(vital);
  }

  push(vital, utcMs, value) {
    this.#curves.get(vital)?.live.push(utcMs + this.offsetMs, value);
    this.#widen(vital, value);
  }

  /** {indices, x, y} for extendTraces; empties what was waiting. */
  take() {
    const grown = [...this.#curves.values()].filter(({ live }) => live.waiting.x.length);
    const update = { indices: grown.map(({ index }) => index), x: grown.map(({ live }) => live.waiting.x), y: grown.map(({ live }) => live.waiting.y) };
    for (const { live } of grown) live.waiting = { x: [], y: [] };
    return update;
  }

  /** Move everything that stands at the present moment; the range only while the page follows. */
  moveTo(utcMs, { following, givenMg }) {
    const ms = utcMs + this.offsetMs;
    const now = writeMs(ms);
    const { layout, data } = this.#figure;
    for (const { live } of this.#curves.values()) live.moveTip(ms);
    for (const shape of layout.shapes) {
      if (shape.name === "now") Object.assign(shape, { x0: now, x1: now });
      else if (/^(span|edge):\w+:open$/.test(shape.name)) shape.x1 = now;
    }
    const clock = layout.annotations.find((note) => note.name === "now");
    Object.assign(clock, { x: now, text: now.slice(11, 19) });
    for (const trace of data) this.#carry(trace, now, givenMg);
    if (following) layout.xaxis.range = this.#range(ms);
    this.#holdFlags();
  }

  #range(ms) {
    const { window_s: windowS, ahead } = this.#figure.layout.meta;
    const full = windowS !== null && ms - this.startMs >= windowS * 1000;
    if (full) return [writeMs(ms - windowS * 1000), writeMs(ms + windowS * 1000 * ahead)];
    return [writeMs(this.startMs), writeMs(Math.max(this.#endMs, ms + (ms - this.startMs) * 0.02))];
  }

  #carry(trace, now, givenMg) {
    if (trace.meta.role === "rate" && trace.x.length) trace.x[trace.x.length - 1] = now;
    else if (trace.meta.role === "device-spans") for (const n of trace.meta.open) trace.x[n] = now;
    else if (trace.meta.role === "projection" && trace.x.length) trace.x[0] = now < trace.x[1] ? now : trace.x[1]; // nothing is promised past the planned end
    else if (trace.meta.role === "given" && trace.x.length && givenMg !== null) {
      trace.x[trace.x.length - 1] = now;
      trace.y[trace.y.length - 1] = givenMg;
    }
  }

  /** A flag whose alarm began left of the visible time stays at the left edge while its span is seen. */
  #holdFlags() {
    const { layout } = this.#figure;
    const left = axisMs(layout.xaxis.range[0]);
    const edges = layout.shapes.filter((shape) => shape.name?.startsWith("edge:"));
    const flags = layout.annotations.filter((note) => note.name?.startsWith("flag:"));
    flags.forEach((flag, n) => {
      const from = axisMs(edges[n].x0);
      const seen = axisMs(edges[n].x1) >= left;
      flag.x = writeMs(seen ? Math.max(from, left) : from);
    });
  }

  #widen(vital, value) {
    const curve = this.#curves.get(vital);
    if (!curve) return;
    const axis = this.#figure.layout[(this.#figure.data[curve.index].yaxis ?? "y").replace("y", "yaxis")];
    if (value < axis.range[0]) axis.range = [value - 4, axis.range[1]];
    if (value > axis.range[1]) axis.range = [axis.range[0], value + 4];
  }
}
