/* A stored session played again on the live page's own parts.
   Laws: nothing here acts, sounds or listens to the live link; the clock of the replay waits for values that are not here
   yet, so that no moment is shown without what is stored of it; the page says REPLAY before this file runs and without it. */
import { all, block, fill, make, one, put, say } from "./dom.js";
import { alarmWords, lookOf } from "./alarms.js";
import { attachKeys } from "./keys.js";
import { newest, SessionRecord, standing } from "./replay_record.js";
import { ReplayChart } from "./replay_chart.js";
import { AlarmList } from "./session_alarms.js";
import { Numbers } from "./session_numbers.js";
import { clockWords, lengthWords, t } from "./words.js";

const FRAME_MS = 250;
const STEP_MS = 10_000;
const AHEAD_MS = 600_000;
const HELD_MS = 1000; // on the screen, however fast: no alarm falls between two frames

const page = one("#replay");
const span = block("span");
const [fromMs, toMs] = [Date.parse(span.from), Date.parse(span.to)];
const states = block("states").map((one) => ({ ms: Date.parse(one.at), state: one.state }));
const session = Number(page.dataset.session);
const record = new SessionRecord(session);
const chart = new ReplayChart(session);
const numbers = new Numbers(one(".numbers"));
const list = new AlarmList(one("#alarms"));
const scrubber = one("#scrubber");

let atMs = fromMs;
let speed = 1;
let playing = false;
let waiting = false;
let lastMs = performance.now();
let marks = [];

const status = (words) => say(one("#replay-status"), words);

function draw() {
  const alarms = standing(record.alarms, atMs, playing ? HELD_MS * speed : 0);
  numbers.show(record.has(atMs) ? record.numbers(atMs, alarms) : {});
  numbers.showAlarms(alarms);
  list.show(alarms);
  chart.show(atMs);
  say(one("#replay-clock"), clockWords(new Date(atMs)));
  say(one("#replay-elapsed"), `${lengthWords((atMs - fromMs) / 1000)} / ${lengthWords((toMs - fromMs) / 1000)}`);
  const state = newest(states, atMs)?.state;
  say(one("#replay-state"), state ? t(`state_${state}`) : "");
  put(one("#replay-state"), "data-state", state);
  if (document.activeElement !== scrubber || playing) scrubber.value = String(Math.round((atMs - fromMs) / 1000));
  put(scrubber, "aria-valuetext", clockWords(new Date(atMs)));
  put(one("#previous-alarm"), "disabled", !before());
  put(one("#next-alarm"), "disabled", !after());
  for (const button of all("[data-mark]")) put(button, "aria-current", Number(button.dataset.mark) === newest(marks, atMs)?.ms ? "true" : null);
}

const before = () => marks.findLast(({ ms }) => ms < atMs - 1000);
const after = () => marks.find(({ ms }) => ms > atMs);

/** Show a moment once what is stored of it is here; what cannot be had stops the replay and is said. */
async function seek(ms) {
  atMs = Math.min(Math.max(ms, fromMs), toMs);
  if (record.has(atMs)) return void draw();
  waiting = true;
  draw(); // without numbers: those of another moment would be a lie
  status(page.dataset.loading);
  try {
    await record.load(atMs);
    status(atMs >= toMs ? page.dataset.atEnd : "");
  } catch (error) {
    play(false);
    status(page.dataset.failed);
    console.warn("replay:", error instanceof Error ? error.message : error);
  }
  waiting = false;
  lastMs = performance.now();
  draw();
}

function play(on) {
  playing = on;
  lastMs = performance.now();
  const button = one("#play");
  put(button, "aria-pressed", String(on));
  say(button, on ? button.dataset.pause : button.dataset.play);
  if (on) status("");
}

function frame() {
  const now = performance.now();
  const passedMs = now - lastMs;
  lastMs = now;
  if (!playing || waiting) return;
  const next = atMs + Math.min(passedMs, 4 * FRAME_MS) * speed; // a page that slept goes on where it stopped
  if (next >= toMs) play(false);
  if (next >= toMs) status(page.dataset.atEnd);
  else if (!record.has(Math.min(next + AHEAD_MS, toMs))) record.load(Math.min(next + AHEAD_MS, toMs)).catch(() => {}); // asked again, and said, when it is its turn
  seek(next);
}

function drawMarks() {
  marks = record.marks();
  const rows = marks.map(({ ms, alarm, event }) =>
    make("li", {}, make("button", { type: "button", "data-mark": ms, "data-look": lookOf(event), onclick: () => seek(ms) }, make("time", {}, clockWords(new Date(ms))), make("span", {}, alarmWords({ ...event, kind: alarm.kind })))),
  );
  fill(one("#fallen"), ...(rows.length ? rows : [make("li.muted", {}, page.dataset.noAlarms)]));
  const length = Math.max(1, toMs - fromMs);
  const ticks = marks.map(({ ms, event }) => {
    const tick = make("i", { "data-look": lookOf(event) });
    tick.style.setProperty("left", `${(100 * (ms - fromMs)) / length}%`);
    return tick;
  });
  fill(one("#ticks"), ...ticks);
}

one("#play").addEventListener("click", () => {
  if (!playing && atMs >= toMs) atMs = fromMs;
  play(!playing);
});
one("#back").addEventListener("click", () => seek(atMs - STEP_MS));
one("#forward").addEventListener("click", () => seek(atMs + STEP_MS));
one("#previous-alarm").addEventListener("click", () => before() && seek(before().ms));
one("#next-alarm").addEventListener("click", () => after() && seek(after().ms));
scrubber.addEventListener("input", () => seek(fromMs + Number(scrubber.value) * 1000));
for (const button of all("[data-speed]")) {
  button.addEventListener("click", () => {
    speed = Number(button.dataset.speed);
    for (const other of all("[data-speed]")) put(other, "aria-pressed", String(other === button));
  });
}
attachKeys();

put(scrubber, "max", Math.max(1, Math.floor((toMs - fromMs) / 1000)));
try {
  await record.loadAlarms();
  drawMarks();
  for (const button of all("[data-needs-record]")) put(button, "disabled", false);
  await seek(fromMs);
} catch (error) {
  status(page.dataset.failed);
  console.warn("replay:", error instanceof Error ? error.message : error);
}
await chart.load();
setInterval(frame, FRAME_MS);
