/* Draws the chairs of a day by time.
   Laws: what is expected is drawn apart from what went; two visits that would lie on one another get lanes, none is hidden;
   a visit's length says nothing by colour alone, its words stand beside it. */
import { fill, make, put } from "./dom.js";
import { lengthWords, t, timeWords } from "./words.js";

const HOUR_MS = 3_600_000;
const ms = (at) => new Date(at).getTime();

/** The span of the picture: whole hours around opening times and every part. -> {from, until} in ms */
export function spanOf(plan) {
  const parts = plan.sessions.flatMap((one) => one.parts);
  const from = Math.min(ms(plan.opens_at), ...parts.map((part) => ms(part.from_at)));
  const until = Math.max(ms(plan.closes_at), ...parts.map((part) => ms(part.until_at)));
  return { from: Math.floor(from / HOUR_MS) * HOUR_MS, until: Math.ceil(until / HOUR_MS) * HOUR_MS };
}

/** A share of the span as a CSS length. */
const share = (span, at) => `${(((at - span.from) / (span.until - span.from)) * 100).toFixed(3)}%`;

function place(element, span, from, until) {
  element.style.setProperty("--from", share(span, Math.max(from, span.from)));
  element.style.setProperty("--until", share(span, Math.min(until, span.until)));
  return element;
}

/** Which lane each visit of a chair lies in, so that none covers another. */
function lanes(visits) {
  const ends = [];
  return visits.map((visit) => {
    const from = ms(visit.parts[0].from_at);
    const free = ends.findIndex((end) => end <= from);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = ms(visit.parts.at(-1).until_at);
    return lane;
  });
}

/** What a visit is called in one line. */
export function visitWords(visit) {
  const end = visit.parts.at(-1);
  const until = end ? t(end.expected ? "expected_until" : "was_until", { time: timeWords(end.until_at) }) : "";
  return [visit.patient_name, t(`state_${visit.state}`), until].filter(Boolean).join(" · ");
}

/** Whether somebody planned has not come although it is time; whether the chair is still taken by then. */
export function hindrances(plan, visit) {
  if (visit.state !== "scheduled") return [];
  const found = ms(visit.scheduled_for) < ms(plan.now_at) ? ["late"] : [];
  const here = plan.sessions.some((one) => one.chair_id === visit.chair_id && one.state !== "scheduled" && one.parts.length
    && ms(one.parts.at(-1).until_at) > ms(visit.scheduled_for) && ms(one.parts[0].from_at) <= ms(visit.scheduled_for));
  return here ? [...found, "waits"] : found;
}

function block(plan, span, visit, lane, { selected, mayMove }) {
  const parts = visit.parts.map((part) => make("i", { "data-stage": part.stage, "data-expected": part.expected }));
  const [from, until] = [ms(visit.parts[0].from_at), ms(visit.parts.at(-1).until_at)];
  visit.parts.forEach((part, n) => parts[n].style.setProperty("--size", Math.max(0, ms(part.until_at) - ms(part.from_at))));
  const why = hindrances(plan, visit);
  const movable = mayMove && visit.state === "scheduled";
  const button = make(
    "button.visit",
    { type: "button", "data-session": visit.id, "data-state": visit.state, "data-movable": movable, "data-why": why.join(" ") || null,
      "aria-pressed": visit.id === selected ? "true" : "false", "data-testid": "visit", title: visitWords(visit) },
    make("span.visit-parts", { "aria-hidden": "true" }, ...parts),
    movable ? make("span.visit-grip", { "aria-hidden": "true" }, "⠿") : null,
    make("span.visit-words", {}, make("b", {}, timeWords(visit.parts[0].from_at)), " ", make("bdi", {}, visit.patient_name),
      make("span.visit-state", {}, [t(`state_${visit.state}`), ...why.map((word) => t(word))].join(" · "))),
  );
  button.style.setProperty("--lane", lane);
  return place(button, span, from, until);
}

function freeBlock(plan, span, chair, free, mayMove) {
  const length = (ms(free.until_at) - ms(free.from_at)) / 1000;
  const words = t("free_for", { time: lengthWords(length).replace(/:\d\d$/, "") });
  const label = t("plan_here", { chair: chair.name, time: timeWords(free.from_at) });
  const link = { "data-testid": "free", "data-free": free.from_at, "data-chair": chair.id, "aria-label": label, title: label };
  return place(mayMove ? make("button.free", { ...link, type: "button" }, words) : make("span.free", {}, words), span, ms(free.from_at), ms(free.until_at));
}

function row(plan, span, chair, look) {
  const visits = plan.sessions.filter((one) => one.chair_id === chair.id && one.parts.length);
  const lane = lanes(visits);
  const track = make("div.day-track", { "data-chair": chair.id },
    ...chair.free.map((free) => freeBlock(plan, span, chair, free, look.mayMove)),
    ...visits.map((visit, n) => block(plan, span, visit, lane[n], look)));
  track.style.setProperty("--lanes", Math.max(1, ...lane.map((n) => n + 1)));
  return make("div.day-row", { "data-testid": "day-row" },
    make("div.day-chair", {}, make("b", {}, chair.name), chair.bed ? null : make("span.day-bare", { title: t("no_monitor_warning") }, t("no_monitor"))), track);
}

function hours(span) {
  const marks = [];
  for (let at = span.from; at < span.until; at += HOUR_MS) {
    const mark = make("span.day-hour", {}, timeWords(new Date(at)));
    mark.style.setProperty("--from", share(span, at));
    marks.push(mark);
  }
  return make("div.day-row.day-hours", { "aria-hidden": "true" }, make("div.day-chair"), make("div.day-track", {}, ...marks));
}

/** Draw it all; look = {selected, mayMove}. */
export function drawGrid(grid, plan, look) {
  const span = spanOf(plan);
  const now = ms(plan.now_at);
  grid.style.setProperty("--hours", (span.until - span.from) / HOUR_MS);
  fill(grid, hours(span), ...plan.chairs.map((chair) => row(plan, span, chair, look)));
  if (now < span.from || now > span.until) return;
  const line = make("div.day-now", { "aria-hidden": "true" }, make("span", {}, timeWords(plan.now_at)));
  line.style.setProperty("--from", share(span, now));
  grid.append(line);
}

/** Show where an appointment would lie; null takes it away. */
export function drawGhost(grid, plan, ghost) {
  grid.querySelector(".ghost")?.remove();
  for (const track of grid.querySelectorAll(".day-track[data-target]")) put(track, "data-target", null);
  if (!ghost) return;
  const track = grid.querySelector(`.day-track[data-chair="${ghost.chair}"]`);
  const shown = make("div.ghost", {}, timeWords(new Date(ghost.at)));
  put(track, "data-target", true);
  track.append(place(shown, spanOf(plan), ghost.at, ghost.at + ghost.length));
}
