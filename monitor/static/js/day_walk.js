/* One session of the day after the other, for the round of the charge nurse: who, what is missing, who looks after them.
   Law: what is not known is said to be not known; a button is only there for what the session's state allows. */
import { fill, make } from "./dom.js";
import { hindrances } from "./day_grid.js";
import { dayTimeWords, localParts, t, timeWords } from "./words.js";

const TWO_DAYS_MS = 48 * 3_600_000;

const fact = (name, ...said) => [make("dt", {}, name), make("dd", {}, ...said)];
const points = (missing) => make("ul.walk-missing", {}, ...missing.map(({ words, detail }) => make("li", {}, detail ? `${words}: ${detail}` : words)));

function partsOf(visit) {
  return visit.parts.flatMap((part) => fact(t(`stage_${part.stage}`), `${timeWords(part.from_at)} – `, part.expected ? t("about", { time: timeWords(part.until_at) }) : timeWords(part.until_at)));
}

const series = ({ series: found }) => (found?.number ? fact(t("series"), make("a", { href: `/series/${found.id}` }, t("infusion_of", { n: found.number, of: found.planned }))) : []);

/** The next appointment, or the way to plan it: the same patient and series, two days on, the same chair. */
function next(visit, { mayMove }) {
  if (visit.next_at) return fact(t("next_planned"), dayTimeWords(visit.next_at));
  if (!mayMove || visit.state === "cancelled") return fact(t("next_planned"), t("no_next"));
  const { day, time } = localParts(new Date(new Date(visit.scheduled_for).getTime() + TWO_DAYS_MS));
  const more = visit.series ? `&series=${visit.series.id}` : "";
  const href = `/sessions?day=${day}&at=${time}&chair=${visit.chair_id}&patient=${visit.patient_id}${more}`;
  return fact(t("next_planned"), t("no_next"), " ", make("a.button", { href, "data-testid": "plan-next" }, t("plan_next")));
}

/** What stands before the start, of one that has not begun. */
function before(visit) {
  if (!["scheduled", "preparing"].includes(visit.state)) return [];
  return fact(t("missing"), visit.missing.length ? points(visit.missing) : t("nothing_missing"));
}

function around(visit) {
  if (!visit.allergies) return [];
  const allergies = make("span.allergies", { "data-status": visit.allergies.status }, visit.allergies.words);
  const nurse = make("span", {}, visit.responsible ? make("b", {}, visit.responsible.initials) : t("nobody"),
    ...visit.untrained.map((words) => make("span.walk-why", { "data-testid": "untrained" }, t("untrained", { words }))));
  return [...fact(t("allergies"), allergies), ...fact(t("responsible"), nurse), ...fact(t("order"), visit.order ?? t("no_order"))];
}

function acts(visit, { mayMove, mayAct, on }) {
  const link = (page, words) => make("a.button", { href: `/sessions/${visit.id}${page}` }, words);
  const press = (name) => make("button", { type: "button", "data-testid": `walk-${name}`, onclick: () => on[name](visit) }, t(name === "cancel" ? "cancel_session" : name));
  const found = [];
  if (visit.state === "scheduled") {
    if (mayAct) found.push(make("button.button-main", { type: "button", "data-testid": "walk-check_in", onclick: () => on.check_in(visit) }, t("check_in")));
    if (mayMove) found.push(press("move"));
    if (mayAct) found.push(press("cancel"));
  }
  if (["scheduled", "preparing"].includes(visit.state)) found.push(link("/prepare", t("prepare")));
  else found.push(link("", t("open")));
  if (visit.state === "observing") found.push(link("/discharge", t("discharge")));
  return make("div.walk-acts", {}, ...found);
}

/** Draw one session; look = {mayMove, mayAct, on: {check_in, move, cancel}}. */
export function drawWalk(body, plan, visit, look) {
  if (!visit) return void fill(body, make("div.empty", { "data-testid": "empty" }, make("b", {}, t("none")), make("span", {}, t("none_next"))));
  const why = hindrances(plan, visit).map((word) => make("span.walk-why", {}, t(word)));
  fill(body,
    make("p.walk-when", {}, make("b", {}, timeWords(visit.scheduled_for)), " ", t("chair", { chair: visit.chair }), " ",
      make("span.chip", { "data-state": visit.state }, t(`state_${visit.state}`)), visit.simulated ? make("span.simulated.simulated-frame", {}, t("simulated")) : null),
    make("h3.walk-who", { "data-testid": "walk-who" }, make("bdi", {}, visit.patient_name), make("span.muted", {}, ` ··${visit.id_digits}`)),
    ...why,
    visit.held_reason ? make("p", {}, t("held_reason", { reason: visit.held_reason })) : null,
    acts(visit, look),
    make("dl.walk-facts", {}, ...series(visit), ...before(visit), ...around(visit), ...partsOf(visit),
      ...(visit.ready_at ? fact(t("ready"), t("about", { time: timeWords(visit.ready_at) })) : []), ...next(visit, look)));
}

const MOST_ON_PAPER = 4;
const someOf = (missing) => [...missing.slice(0, MOST_ON_PAPER).map(({ words }) => words), missing.length > MOST_ON_PAPER ? t("more_missing", { n: missing.length - MOST_ON_PAPER }) : ""].filter(Boolean).join(", ");

/** The day on paper. */
export function drawPaper(paper, plan, dayName) {
  const line = (visit) => make("tr", {},
    ...[timeWords(visit.scheduled_for), visit.chair, `${visit.patient_name} ··${visit.id_digits}`, t(`state_${visit.state}`),
      visit.parts.length ? timeWords(visit.parts.at(-1).until_at) : "–", visit.order ?? "–", visit.allergies?.words ?? "–",
      visit.responsible?.initials ?? "–", someOf(visit.missing)].map((words) => make("td", {}, words)));
  const heads = ["by_time", "paper_chair", "paper_who", "paper_state", "paper_until", "order", "allergies", "responsible", "paper_open"];
  fill(paper, make("h1", {}, t("paper_title", { day: dayName })),
    make("table", {}, make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", {}, t(head))))), make("tbody", {}, ...plan.sessions.map(line))),
    make("p", {}, t("printed", { at: dayTimeWords(plan.now_at) })));
}
