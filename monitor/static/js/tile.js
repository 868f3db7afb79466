/* One chair on the station board.
   Laws: the same places in every state, so that nothing moves when an alarm comes or goes; the whole tile opens the session;
   a chair without a session still shows what its monitor sends. */
import { make, put, say } from "./dom.js";
import { ageNow, OLD_AFTER_S, pausedS, stamp } from "./age.js";
import { AlarmStrip, isOpen, lookOf, placeOf, urgency, worst } from "./alarms.js";
import { deviceWords } from "./device_alarms.js";
import { dueWords } from "./due.js";
import { NurseBadge } from "./responsible.js";
import { Spark } from "./spark.js";
import { leftWords, nextWords, noticeWords, numeral, saysWords } from "./tile_words.js";
import { lengthWords, t, timeWords } from "./words.js";
import { spoken } from "./phrases.js";
import { VitalCell } from "./vital.js";

const SCALES = { hr: { from: 30, to: 150 }, spo2: { from: 82, to: 101 } };
const REDRAW_MS = 10_000;
const NO_TIME = new Set(["discharged", "left", "transferred", "cancelled", "scheduled"]);

export class Tile {
  #tile = null;
  #alarm = null;
  #drawnMs = 0;
  #blanked = false;
  #strip = new AlarmStrip();
  #nurse = new NurseBadge();
  #cells = {
    hr: new VitalCell("hr", spoken("HR"), "/min", "label"),
    spo2: new VitalCell("spo2", "SpO₂", "%", "label"),
    rr: new VitalCell("rr", spoken("RR"), "/min", "foot"),
    etco2: new VitalCell("etco2", "CO₂", "mmHg", "foot"),
    bp: new VitalCell("bp", t("bp"), "mmHg", "label"),
  };
  #sparks = { hr: new Spark("hr", SCALES.hr), spo2: new Spark("spo2", SCALES.spo2) };
  #part = {};

  constructor(chair) {
    const part = (name, spec, attributes = {}, ...children) => (this.#part[name] = make(spec, attributes, ...children));
    this.element = make(
      "article.tile",
      { "data-chair": chair, id: `chair-${chair}`, "data-testid": "tile" },
      make(
        "header.tile-head",
        {},
        make("h2.tile-chair", {}, part("open", "a.tile-open", {}, chair)),
        part("who", "span.tile-who"),
        part("digits", "span.tile-digits"),
        this.#nurse.element,
        part("simulated", "span.simulated", {}, t("simulated")),
        make("span.spring"),
        part("elapsed", "span.tile-elapsed"),
        part("left", "b.tile-left"),
        part("chip", "span.chip"),
      ),
      make(
        "div.tile-dose",
        {},
        part("bar", "span.dose-bar", { role: "img" }, (this.#part.fraction = make("i"))),
        part("given", "span.dose-given", {}, (this.#part.mg = make("b")), (this.#part.of = make("span"))),
        part("line", "span.dose-line"),
      ),
      part("numbers", "div.tile-numbers", {}, ...Object.values(this.#cells).map((cell) => cell.element)),
      part("sparks", "div.tile-sparks", {}, this.#sparks.hr.element, this.#sparks.spo2.element),
      part("free", "div.tile-free", {}, part("next", "b"), part("bound", "span.muted"), part("says", "span.muted")),
      part("foot", "footer.tile-foot", {}, make("div.tile-due", {}, part("due1", "b"), part("due2", "span")), part("notice", "span.tile-notice"), part("marks", "div.tile-marks", {}, part("feed", "span"), part("rec", "span"))),
      this.#strip.element,
    );
  }

  /** Smaller is more urgent: alarms, then what is overdue. */
  get urgency() {
    if (!this.#tile) return 99;
    if (this.#alarm) return urgency(this.#alarm);
    if ((this.#tile.due ?? []).some((due) => due.due_s < 0)) return 12;
    return this.#tile.session ? 13 : 14;
  }

  /** Whether it may not be hidden from whoever has other chairs: an alarm nobody has answered. */
  get calls() {
    return Boolean(this.#alarm && isOpen(this.#alarm));
  }

  /** What is due here, in seconds from now: [{words, leftS}]. */
  due(nowMs) {
    const ran = this.#tile ? (nowMs - this.#tile.stampedMs) / 1000 : 0;
    return this.#blanked ? [] : (this.#tile?.due ?? []).map(({ words, due_s }) => ({ words, leftS: due_s - ran }));
  }

  get chair() {
    return this.#tile?.chair ?? "";
  }

  get who() {
    return this.#tile?.session?.initials ?? "";
  }

  get personId() {
    return this.#tile?.responsible?.person_id ?? null;
  }

  show(received, nowMs = performance.now(), now = null) {
    const tile = { ...stamp(received, nowMs), alarms: received.alarms.map((alarm) => stamp(alarm, nowMs)) };
    this.#tile = tile;
    this.#blanked = false;
    this.#alarm = worst(tile.alarms);
    this.#showHead();
    this.#nurse.show(tile);
    this.#showDose();
    for (const [vital, cell] of Object.entries(this.#cells)) cell.show(tile.numbers[vital], this.#alarmOf(vital));
    this.#keepCurves(nowMs);
    this.#showFrame();
    this.tick(nowMs, now);
  }

  /** now: the server's time as a Date, null before its first heartbeat. */
  tick(nowMs = performance.now(), now = null) {
    const tile = this.#tile;
    if (!tile || this.#blanked) return;
    for (const cell of Object.values(this.#cells)) cell.tick(nowMs);
    const ran = (nowMs - tile.stampedMs) / 1000;
    this.#tickHead(ran);
    const { device_alarms: said } = tile;
    const quietS = pausedS(tile.audio, now);
    const due = (tile.due ?? []).map((item) => dueWords(item, ran));
    // a strip says for how long the sound is paused: of what is due it has room for one more thing
    const next = quietS ? tile.due?.find((item) => Math.abs(item.due_s - ran - quietS) > 2) : tile.due?.[0];
    say(this.#part.due1, due[0] ?? saysWords(this.#tile));
    say(this.#part.due2, due[1] ?? "");
    this.#tickMarks(ran);
    if (this.#alarm) {
      const others = tile.alarms.filter((alarm) => alarm !== this.#alarm && alarm.state !== "ended").length;
      this.#strip.show(this.#alarm, { quietS, more: [said.length ? deviceWords(said[0]) : "", others ? t(others === 1 ? "more_alarms_1" : "more_alarms", { n: others }) : "", next ? dueWords(next, ran) : ""].filter(Boolean).join(" · ") });
    }
    if (nowMs - this.#drawnMs > REDRAW_MS) this.#drawCurves(nowMs);
  }

  /** Show no number until the next snapshot (the page slept). */
  blank() {
    this.#blanked = true;
    for (const cell of Object.values(this.#cells)) cell.blank();
  }

  /** What is wrong with the patient before what is wrong with the equipment. */
  #alarmOf(vital) {
    const here = this.#tile.alarms.filter((alarm) => placeOf(alarm) === vital);
    return worst(here.filter((alarm) => alarm.kind !== "technical")) ?? worst(here);
  }

  #showHead() {
    const { chair, session, simulated, bed, bound, next, feed, numbers } = this.#tile;
    const part = this.#part;
    put(part.open, "href", session?.id ? `/sessions/${session.id}` : null);
    put(part.open, "aria-label", session?.id ? t("open_chair", { chair, who: session.initials }) : null);
    say(part.who, session?.initials ?? "");
    say(part.digits, session?.id_digits ? `··${session.id_digits}` : "");
    put(part.simulated, "hidden", !simulated);
    say(part.chip, t(session ? `state_${session.state}` : "state_free"));
    put(part.chip, "data-state", session?.state ?? "free");
    const sends = Object.values(numbers ?? {}).some((number) => number?.value !== null && number?.value !== undefined);
    const bare = !session && !sends && !this.#alarm;
    put(this.element, "data-free", session ? null : bare ? "bare" : "watched");
    say(part.next, next ? t("next", { next: nextWords(next) }) : t("nobody_booked"));
    say(part.says, saysWords(this.#tile));
    say(part.bound, bed || bound ? t(feed?.state === "live" ? "bound_sending" : "bound_silent") : t("not_bound"));
  }

  #tickHead(ran) {
    const session = this.#tile.session;
    const part = this.#part;
    if (!session || NO_TIME.has(session.state)) {
      say(part.elapsed, "");
      say(part.left, "");
      return;
    }
    const counting = session.state === "infusing";
    const elapsed = session.elapsed_s === null || session.elapsed_s === undefined ? null : session.elapsed_s + ran;
    const short = counting || session.state === "held";
    say(part.elapsed, elapsed === null ? "" : short ? lengthWords(elapsed) : t("minutes", { n: Math.floor(elapsed / 60) }));
    if (session.state === "held") say(part.left, session.held_reason ? t("held_for", { reason: session.held_reason }) : "");
    else if (session.ready_at) say(part.left, t("ready_at", { time: timeWords(session.ready_at) }));
    else say(part.left, counting && session.remaining_s !== null ? leftWords(this.#tile.dose, session.remaining_s - ran) : "");
  }

  #showDose() {
    const { dose, line, session } = this.#tile;
    const part = this.#part;
    const shown = Boolean(dose && session && !["preparing", "scheduled"].includes(session.state));
    put(part.bar, "hidden", !shown);
    put(part.given, "hidden", !shown);
    if (shown) {
      const share = Math.min(1, Math.max(0, dose.fraction ?? 0));
      this.#part.fraction.style.setProperty("inline-size", `${(share * 100).toFixed(1)}%`);
      put(part.bar, "data-state", session.state);
      put(part.bar, "aria-label", t("dose_share", { n: Math.round(share * 100) }));
      say(part.mg, numeral(dose.given_mg, session.state === "observing" ? 0 : 1));
      say(part.of, ` ${t("of_mg", { mg: numeral(dose.ordered_mg, Number.isInteger(dose.ordered_mg) ? 0 : 1) })}`);
    }
    const rate = shown ? `${numeral(dose.mg_per_kg, 2)} mg/kg   ${numeral(dose.rate_ml_per_h, dose.rate_ml_per_h ? 1 : 0)} mL/h` : "";
    say(part.line, line || rate || (session ? "" : t("unassigned")));
  }

  #tickMarks(ran) {
    const { feed, recording } = this.#tile;
    const age = feed?.age_s === null || feed?.age_s === undefined ? null : feed.age_s + ran;
    const state = feed?.state ?? "none";
    const on = state === "live" && (age ?? 0) <= OLD_AFTER_S;
    say(this.#part.notice, noticeWords(this.#tile));
    put(this.#part.notice, "data-device", this.#tile.device_alarms.length > 0);
    say(this.#part.feed, state === "live" ? t("feed_age", { n: Math.round(age ?? 0) }) : t(`feed_${state}`));
    put(this.#part.feed, "data-on", String(on));
    say(this.#part.rec, t(recording === false ? "not_rec" : "rec"));
    put(this.#part.rec, "data-on", String(recording !== false));
  }

  #showFrame() {
    const alarm = this.#alarm;
    put(this.element, "data-look", alarm ? lookOf(alarm) : null);
    put(this.element, "data-alarm-state", alarm ? (alarm.acknowledged ? "acknowledged" : isOpen(alarm) ? alarm.state : "acknowledged") : null);
    put(this.#strip.element, "hidden", !alarm);
    put(this.#part.foot, "hidden", Boolean(alarm));
  }

  #keepCurves(nowMs) {
    const { trend, numbers } = this.#tile;
    let fresh = Boolean(trend);
    for (const [vital, spark] of Object.entries(this.#sparks)) {
      const number = numbers[vital];
      if (trend) spark.begin(trend[vital], nowMs);
      const usable = number && number.state === "fresh" && number.value !== null && number.age_s !== null;
      if (usable) fresh = spark.add(number.value, number.age_s, nowMs) || fresh;
    }
    const look = this.#alarm?.id ?? "";
    if (fresh || look !== this.#part.look) this.#drawCurves(nowMs);
    this.#part.look = look;
  }

  #drawCurves(nowMs) {
    this.#drawnMs = nowMs;
    for (const [vital, spark] of Object.entries(this.#sparks)) {
      const alarm = this.#alarmOf(vital);
      spark.draw(this.#tile.numbers[vital], alarm && { ...alarm, age_s: ageNow(alarm, nowMs) }, nowMs);
    }
  }
}
