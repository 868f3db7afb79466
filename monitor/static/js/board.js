/* The station board: every chair of the station, live.
   Laws: the tiles keep their places unless a person chose "by urgency", and even then none moves under a hand that is on the
   board; "my chairs" hides only what is quiet: a chair with an alarm nobody has answered is shown to everybody; 16 chairs at
   1920x1080 need no scrolling; fewer chairs are drawn larger, and up to 64 stand on one such page, denser. */
import { all, make, one, put, say } from "./dom.js";
import { attachBar } from "./bar.js";
import { DuePanel } from "./due.js";
import { attachKeys } from "./keys.js";
import { connect } from "./live.js";
import { Hands, isMine } from "./responsible.js";
import { Tile } from "./tile.js";
import { t } from "./words.js";

const TILE = { width: 467, height: 235, gap: 10, edge: 12 };
const DENSE = { width: 230, height: 116, gap: 6, edge: 12 }; // board_dense.css
const DENSE_FROM = 17; // chairs
const LARGEST = 3;
const SMALLEST = 0.94; // below this the small texts are too small: the board scrolls instead
const HANDS_OFF_MS = 2000;

/** {columns, scale}: n tiles of that shape as large as they fit into width x height px. */
function fitted(shape, n, width, height) {
  let best = { columns: 1, scale: 0 };
  for (let columns = 1; columns <= Math.min(n, 10); columns += 1) {
    const rows = Math.ceil(n / columns);
    const tileWidth = (width - 2 * shape.edge - (columns - 1) * shape.gap) / columns;
    const tileHeight = (height - 2 * shape.edge - (rows - 1) * shape.gap) / rows;
    const scale = Math.min(tileWidth / shape.width, tileHeight / shape.height);
    if (scale > best.scale) best = { columns, scale };
  }
  return { columns: best.columns, scale: Math.min(best.scale, LARGEST) };
}

/** {columns, scale, scrolls, dense} for n chairs in a room of width x height px. */
export function arrange(n, width, height) {
  const whole = fitted(TILE, n, width, height);
  if (whole.scale >= SMALLEST) return { ...whole, scrolls: false, dense: false };
  const dense = n >= DENSE_FROM ? fitted(DENSE, n, width, height) : whole;
  if (dense.scale >= SMALLEST) return { ...dense, scrolls: false, dense: true };
  const room = (width - 2 * TILE.edge + TILE.gap) / (TILE.width * SMALLEST + TILE.gap);
  return { columns: Math.max(1, Math.min(n, Math.floor(room))), scale: 1, scrolls: true, dense: false };
}

/* What this person last chose; it holds no patient. */
const KEY = `board-${document.body.dataset.person || ""}`;

function remembered() {
  try {
    const { order, mine } = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return { order: order === "urgency" ? order : "chair", mine: mine === true && Boolean(one("#mine")) };
  } catch {
    return { order: "chair", mine: false }; // refused or spoilt: the whole board is a complete answer
  }
}

function remember(chosen) {
  try {
    localStorage.setItem(KEY, JSON.stringify(chosen));
  } catch {
    // the choice holds until the page is left
  }
}

class Board {
  #grid = one("#board");
  #tiles = new Map();
  #chosen = remembered();
  #due = new DuePanel(() => this.#fit());
  #handMs = -HANDS_OFF_MS;
  #live;

  constructor(live) {
    this.#live = live;
    live.on("board", (frame) => this.#snapshot(frame));
    live.on("tiles", (frame) => this.#changed(frame.tiles));
    live.on("blank", () => this.#each((tile) => tile.blank()));
    live.on("tick", (nowMs) => this.#tick(nowMs));
    addEventListener("resize", () => this.#fit());
    new ResizeObserver(() => this.#fit()).observe(one(".head")); // a call of another station came or went
    for (const event of ["pointermove", "pointerdown", "keydown"]) {
      this.#grid.addEventListener(event, () => (this.#handMs = performance.now()), { passive: true });
    }
    for (const button of all("[data-order]")) button.addEventListener("click", () => this.#choose({ order: button.dataset.order }));
    one("#mine")?.addEventListener("click", () => this.#choose({ mine: !this.#chosen.mine }));
    if (one("dialog[data-ask=hand_over]")) new Hands(this.#grid);
    this.#choose({});
  }

  #each(fn) {
    for (const tile of this.#tiles.values()) fn(tile);
  }

  #snapshot(frame) {
    const chairs = frame.tiles.map((tile) => tile.chair);
    const drawn = this.#grid.dataset.loaded === "true";
    if (!drawn || chairs.join("\n") !== [...this.#tiles.keys()].join("\n")) this.#build(chairs);
    this.#changed(frame.tiles);
    this.#sort();
    this.#due.show(this.#all(), performance.now());
  }

  #all() {
    return [...this.#tiles.values()];
  }

  #build(chairs) {
    this.#tiles = new Map(chairs.map((chair) => [chair, new Tile(chair)]));
    const empty = make("div.board-empty", { "data-testid": "board-empty" }, make("b", {}, t("no_chairs")), make("span.muted", {}, t("no_chairs_next")));
    this.#grid.replaceChildren(...(chairs.length ? [...this.#tiles.values()].map((tile) => tile.element) : [empty]));
    put(this.#grid, "data-loaded", "true");
    this.#fit();
  }

  #changed(tiles) {
    const nowMs = performance.now();
    for (const tile of tiles) this.#tiles.get(tile.chair)?.show(tile, nowMs, this.#live.serverNow());
    this.#filter();
  }

  /** Show one's own chairs, and every chair that calls; hiding waits while a hand is on the board. */
  #filter() {
    const mine = this.#all().filter((tile) => isMine(tile.personId));
    if (one("#mine-count")) say(one("#mine-count"), mine.length);
    const busy = performance.now() - this.#handMs < HANDS_OFF_MS;
    let moved = false;
    for (const tile of this.#all()) {
      const hide = this.#chosen.mine && !isMine(tile.personId) && !tile.calls;
      if (hide === tile.element.hidden || (hide && busy)) continue;
      put(tile.element, "hidden", hide);
      moved = true;
    }
    if (one("#mine-none")) put(one("#mine-none"), "hidden", !(this.#chosen.mine && this.#all().every((tile) => tile.element.hidden)));
    if (moved) this.#fit();
  }

  #tick(nowMs) {
    if (Math.floor(nowMs / 250) % 2) return; // twice a second is enough for ages and countdowns
    this.#each((tile) => tile.tick(nowMs, this.#live.serverNow()));
    this.#due.show(this.#all(), nowMs);
    this.#filter();
    if (this.#chosen.order === "urgency" && nowMs - this.#handMs > HANDS_OFF_MS) this.#sort();
  }

  #choose(change) {
    this.#chosen = { ...this.#chosen, ...change };
    remember(this.#chosen);
    for (const button of all("[data-order]")) put(button, "aria-pressed", String(button.dataset.order === this.#chosen.order));
    if (one("#mine")) put(one("#mine"), "aria-pressed", String(this.#chosen.mine));
    this.#handMs = -HANDS_OFF_MS;
    this.#filter();
    this.#sort();
  }

  /** Move as few elements as need be; a focused one keeps its focus. */
  #sort() {
    const tiles = [...this.#tiles.values()];
    if (this.#chosen.order === "urgency") tiles.sort((a, b) => a.urgency - b.urgency);
    const focused = document.activeElement;
    tiles.forEach((tile, index) => {
      const there = this.#grid.children[index];
      if (there !== tile.element) this.#grid.insertBefore(tile.element, there ?? null);
    });
    if (focused !== document.activeElement && focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  }

  #fit() {
    const n = this.#all().filter((tile) => !tile.element.hidden).length;
    if (!n) return;
    const bars = one(".head").offsetHeight + one(".bottom").offsetHeight;
    const { columns, scale, scrolls, dense } = arrange(n, document.documentElement.clientWidth - this.#due.width, innerHeight - bars);
    this.#grid.style.setProperty("--aside", `${this.#due.width}px`);
    this.#grid.style.setProperty("--columns", String(columns));
    this.#grid.style.setProperty("--u", `${scale.toFixed(3)}px`);
    put(this.#grid, "data-scrolls", scrolls ? "true" : "false");
    put(this.#grid, "data-dense", dense ? "true" : null);
  }
}

const grid = one("#board");
if (grid) {
  say(one("#board-loading"), t("loading"));
  const live = connect({ watch: { board: grid.dataset.station } });
  attachBar(live);
  new Board(live);
  if (one("#keys")) attachKeys(); // the wall has none
}
