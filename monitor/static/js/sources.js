/* What each source sent since the server began: whether it is heard, whether its clock is right, what is not charted and why.
   Law: no value and no patient; a row keeps its place by name, and only its words change. */
import { all, fill, make, one, put, say } from "./dom.js";
import { inert } from "./inert.js";
import { dayWords, has, lengthWords, t, timeWords } from "./words.js";

const FIRST = 12; // rows before somebody asks for all
const QUIET = new Set(["container", "other_quantity", "other_source"]); // as it should be: nobody needs to look
const WHOLE_MINUTE_S = 60;

const momentWords = (at, now) => (dayWords(at) === dayWords(now) ? timeWords(at) : t("day_time", { day: dayWords(at), time: timeWords(at) }));
const counted = (n) => new Intl.NumberFormat(document.documentElement.lang || "en").format(n);

export class Sources {
  path = "intake";
  #whole = false;
  #last = null;

  constructor() {
    one("#sources-more").addEventListener("click", () => {
      this.#whole = true;
      this.show(...this.#last);
    });
    one("#sources-rows").addEventListener("click", ({ target }) => {
      if (target.closest("[data-explain]")) setTimeout(() => one("#explain-text").focus());
    });
  }

  show({ sources }, now) {
    this.#last = [{ sources }, now];
    const listed = [...sources].sort((a, b) => a.heard - b.heard || worth(b) - worth(a) || a.source.localeCompare(b.source));
    const root = one("#sources-rows");
    const known = new Map(all("tr", root).map((row) => [row.dataset.key, row]));
    const rows = (this.#whole ? listed : listed.slice(0, FIRST)).map((source) => {
      const row = known.get(keyOf(source)) ?? drawn(source);
      tell(row, source, now);
      return row;
    });
    if (rows.length !== root.children.length || rows.some((row, n) => root.children[n] !== row)) fill(root, ...rows);
    put(one("#sources-table"), "hidden", !rows.length);
    put(one("#sources-none"), "hidden", rows.length > 0);
    say(one("#sources-count"), sources.length === 1 ? t("sources_1") : t("sources_n", { n: sources.length }));
    const more = one("#sources-more");
    put(more, "hidden", this.#whole || listed.length <= FIRST);
    say(more, t("show_all", { n: listed.length }));
  }
}

const keyOf = ({ kind, source }) => `${kind} ${source}`;
const nameOf = ({ kind, source }) => (kind === "named" ? (source ? inert(source) : t("no_source")) : t(`source_kind_${kind}`));

/** What an engineer should see first: a wrong clock, refusals, rows nobody could read. */
const worth = (source) => (source.clock_ok === false ? 4 : 0) + (source.refused ? 2 : 0) + (loud(source).length ? 1 : 0);
const loud = (source) => source.not_charted.filter(({ reason }) => !QUIET.has(reason));

function drawn(source) {
  const cell = (part, label) => make("td", { "data-part": part, "data-label": t(label) });
  const name = make("th", { scope: "row" }, make("bdi", {}, nameOf(source)), make("small", { "data-part": "made" }));
  return make("tr", { "data-key": keyOf(source), "data-testid": "source-row" }, name, cell("heard", "source_heard"), cell("where", "source_where"), cell("clock", "source_clock"), cell("messages", "source_messages"), cell("charted", "source_charted"));
}

function tell(row, source, now) {
  const part = (name) => one(`[data-part=${name}]`, row);
  const made = [source.manufacturer, source.model, source.serial && t("source_serial", { serial: source.serial }), source.peer && t("from_peer", { peer: source.peer })];
  say(part("made"), made.filter(Boolean).map(inert).join(" · "));
  put(row, "data-heard", source.heard);
  lines(part("heard"), [source.heard ? t("source_now") : t("source_silent", { at: momentWords(source.last_at, now) }), (source.interval_s ?? 0) < 0.1 ? "" : t("source_every", { length: everyWords(source.interval_s) })]);
  lines(part("where"), [source.chairs.length ? source.chairs.map((one) => t("bind_chair", { chair: inert(one) })).join(", ") : t("source_no_chair"), source.beds.length ? t("bed", { bed: source.beds.map(inert).join(", ") }) : ""]);
  put(part("clock"), "data-wrong", source.clock_ok === false);
  lines(part("clock"), clockWords(source));
  lines(part("messages"), messageWords(source));
  reasons(part("charted"), source);
}

const everyWords = (seconds) => (seconds < WHOLE_MINUTE_S ? `${seconds < 10 ? Number(seconds.toFixed(1)) : Math.round(seconds)} s` : `${lengthWords(seconds)} min`);

function clockWords({ clock_s, clock_ok }) {
  if (clock_s === null) return [t("clock_unsaid")];
  if (Math.abs(clock_s) < 1.5) return [t("clock_right")];
  const by = Math.abs(clock_s) < 120 ? `${Math.abs(clock_s).toFixed(1)} s` : lengthWords(Math.abs(clock_s));
  return [t(clock_s < 0 ? "clock_behind" : "clock_ahead", { by }), clock_ok ? "" : t("clock_wrong")];
}

function messageWords(source) {
  const answers = Object.entries(source.answers).map(([code, n]) => `${code} ${counted(n)}`);
  return [
    counted(source.messages),
    source.duplicates ? t("source_again", { n: counted(source.duplicates) }) : "",
    answers.join(" · "),
    source.refused ? t("source_refused", { n: counted(source.refused) }) : "",
    source.other_patient ? t("source_other_patient", { n: counted(source.other_patient) }) : "",
    source.unassigned > source.other_patient ? t("source_unassigned", { n: counted(source.unassigned - source.other_patient) }) : "",
  ];
}

function lines(cell, words) {
  const said = words.filter(Boolean);
  if (cell.children.length !== said.length) fill(cell, ...said.map((_, n) => make(n ? "small" : "span")));
  said.forEach((text, n) => say(cell.children[n], text));
}

/** Values charted, then each reason with its rows and the code of the last; the link leads to where a message is explained. */
function reasons(cell, source) {
  const key = JSON.stringify([source.readings, source.not_charted]);
  if (cell.dataset.told === key) return;
  put(cell, "data-told", key);
  const found = [...loud(source), ...source.not_charted.filter(({ reason }) => QUIET.has(reason))];
  const why = found.map(({ reason, rows, latest_code }) => {
    const words = has(`why_${reason}`) ? t(`why_${reason}`) : reason;
    const code = !QUIET.has(reason) && latest_code ? make("bdi", {}, ` (${inert(latest_code)})`) : null;
    return make("li", { "data-quiet": QUIET.has(reason) }, make("b", {}, counted(rows)), ` ${words}`, code);
  });
  const focused = cell.contains(document.activeElement);
  const link = loud(source).length || source.refused ? make("a", { href: source.refused ? "#refused-title" : "#explain-title", "data-explain": !source.refused }, t(source.refused ? "source_see_refused" : "source_explain")) : null;
  fill(cell, make("span", {}, t("source_values", { n: counted(source.readings) })), why.length ? make("ul", {}, ...why) : null, link);
  if (focused) link?.focus({ preventScroll: true });
}
