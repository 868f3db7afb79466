/* The day plan: chairs by time, one session after the other beside it.
   Laws: it shows only what the server answered, and asks it again every 30 s and after each act; an act names the version
   that stood on the screen, so of two people who check somebody in the second is told. */
import { all, block, fill, make, one, put, say } from "./dom.js";
import { get } from "./api.js";
import { postOnce } from "./acts.js";
import { Ask, report } from "./ask.js";
import { drawGrid } from "./day_grid.js";
import { Mover } from "./day_move.js";
import { drawPaper, drawWalk } from "./day_walk.js";
import { attachKeys } from "./keys.js";
import { dayWords, localParts, t, timeWords, zonedIso } from "./words.js";

const EVERY_MS = 30_000;
const frame = one(".day");
const grid = one("#grid");
const noon = (day) => zonedIso(day, "12:00");
let plan = block("day-plan");
let selected = null;

const byId = (id) => plan.sessions.find((visit) => visit.id === id) ?? null;
const look = () => ({ selected, mayMove: frame.dataset.mayMove === "true", mayAct: frame.dataset.mayAct === "true", on: { check_in: checkIn, move: (visit) => mover.open(visit), cancel } });

function draw() {
  if (!byId(selected)) selected = firstOpen();
  const focused = document.activeElement?.closest?.(".visit")?.dataset.session;
  drawGrid(grid, plan, look());
  if (focused) one(`.visit[data-session="${focused}"]`, grid)?.focus({ preventScroll: true });
  drawWalk(one("#walk-body"), plan, byId(selected), look());
  drawPaper(one("#paper"), plan, dayWords(noon(plan.day)));
  drawWeek();
  const place = plan.sessions.findIndex((visit) => visit.id === selected);
  say(one("#walk-place"), place < 0 ? "–" : t("place", { n: place + 1, of: plan.sessions.length }));
  put(one("#walk-back"), "disabled", place <= 0);
  put(one("#walk-on"), "disabled", place < 0 || place >= plan.sessions.length - 1);
}

/** A round begins at the first who is expected or here. */
function firstOpen() {
  const open = plan.sessions.find(({ state }) => ["scheduled", "preparing", "infusing", "held", "observing"].includes(state));
  return (open ?? plan.sessions[0])?.id ?? null;
}

function drawWeek() {
  const days = plan.week.map(({ day, sessions }) =>
    make("a.week-day", { href: `/day?day=${day}`, "aria-current": day === plan.day ? "page" : null, "data-today": day === frame.dataset.today },
      make("span", {}, dayWords(noon(day)).replace(/,? ?\d{4}$/, "")), make("b", {}, String(sessions))));
  fill(one("#week"), ...days);
}

function select(id, { focus = false } = {}) {
  selected = id;
  report(one("#walk-said"), "");
  draw();
  const shown = one(`.visit[data-session="${id}"]`, grid);
  shown?.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (focus) shown?.focus({ preventScroll: true });
}

function step(by) {
  const place = plan.sessions.findIndex((visit) => visit.id === selected) + by;
  if (plan.sessions[place]) select(plan.sessions[place].id);
}

async function refresh() {
  if (mover.busy || document.hidden || document.body.dataset.locked === "true") return;
  const reply = await get(`day?day=${plan.day}`);
  report(one("#day-said"), reply.ok ? "" : t("not_loaded", { time: timeWords(plan.now_at) }));
  if (!reply.ok) return;
  plan = reply.body;
  draw();
}

async function told(reply, done) {
  await refresh();
  report(one("#walk-said"), reply.ok ? done : reply.words, reply.ok ? "done" : "refused");
}

async function checkIn(visit) {
  for (const button of all(".walk-acts button")) put(button, "disabled", true);
  report(one("#walk-said"), t("sending"), "");
  await told(await postOnce(`sessions/${visit.id}/events`, { event: "check_in", expected_version: visit.version }), t("done"));
}

function cancel(visit) {
  Ask.named("cancel_session").open({
    submit: async ({ reason }) => {
      const reply = await postOnce(`sessions/${visit.id}/events`, { event: "cancel", expected_version: visit.version, reason });
      if (reply.ok) await told(reply, t("done"));
      return reply;
    },
  });
}

/** A free time is planned from the list of sessions, with chair and time filled in. */
function planHere({ chair, free }) {
  const { day, time } = localParts(free);
  location.assign(`/sessions?day=${day}&chair=${chair}&at=${time}`);
}

const mover = new Mover(grid, () => plan, async (words) => {
  await refresh();
  report(one("#walk-said"), words, "done");
});

grid.addEventListener("click", ({ target }) => {
  const visit = target.closest(".visit");
  const free = target.closest("button.free");
  if (visit) select(Number(visit.dataset.session), { focus: true });
  else if (free) planHere(free.dataset);
});
one("#walk-back").addEventListener("click", () => step(-1));
one("#walk-on").addEventListener("click", () => step(1));
one("#print").addEventListener("click", () => print());

const form = one("#day-form");
const input = one("input", form);
input.addEventListener("change", () => input.checkValidity() && form.submit());
for (const button of all("[data-step]", form)) {
  button.addEventListener("click", () => {
    const day = new Date(`${input.value}T12:00:00Z`);
    day.setUTCDate(day.getUTCDate() + Number(button.dataset.step));
    input.value = day.toISOString().slice(0, 10);
    form.submit();
  });
}

attachKeys();
say(one("#day-words"), dayWords(noon(plan.day)));
draw();
const line = one(".day-now span", grid);
const scroll = one("#scroll");
if (line) scroll.scrollLeft = line.getBoundingClientRect().left - scroll.getBoundingClientRect().left - scroll.clientWidth / 2;
setInterval(refresh, EVERY_MS);
document.addEventListener("visibilitychange", refresh);
