/* The discharge page: what is met, with its evidence, and who signs.
   Laws: the page evaluates nothing, it shows the server's evaluation and its age; an evaluation that is not fresh is never
   signed by; MET, NOT MET and UNKNOWN are words and symbols, never colours. */
import { Acts } from "./acts.js";
import { AdverseEvents } from "./adverse_events.js";
import { attachSessionBar, watchesOf } from "./bar.js";
import { get } from "./api.js";
import { report } from "./ask.js";
import { Confirmations } from "./confirmations.js";
import { drawCriteria } from "./criteria.js";
import { openWords, Signing } from "./discharge_sign.js";
import { all, block, one, put, say } from "./dom.js";
import { attachKeys } from "./keys.js";
import { attachLeaving, attachTransfer } from "./leaving.js";
import { connect } from "./live.js";
import { ScoreDialogs } from "./scores.js";
import { SessionBar } from "./session_bar.js";
import { clockWords, t, timeWords } from "./words.js";

const EVERY_MS = 5000;
const OLD_MS = 15_000;

const page = one("#discharge");
const session = Number(page.dataset.session);
const live = connect({ watch: watchesOf(page.dataset) });
attachSessionBar(live, page.dataset);
attachKeys();
const acts = new Acts(session, { role: page.dataset.role, refresh: () => live.refresh() });
const sessionBar = new SessionBar(live);
const scores = new ScoreDialogs(session, one("#score-said"), () => load());
const confirmations = new Confirmations(session, () => load());
const adverse = new AdverseEvents(session, acts, () => live.serverNow() ?? new Date());
const signing = new Signing(session, acts, page.dataset.role, () => load());

let shown = null;
let loadedMs = -Infinity;
let askedMs = -Infinity;
let asked = 0;

async function load() {
  const mine = ++asked;
  askedMs = performance.now();
  const reply = await get(`sessions/${session}/discharge`);
  if (mine !== asked) return;
  if (!reply.ok) return void report(one("#load-said"), `${reply.body.message ?? ""} ${t("load_failed")}`.trim());
  report(one("#load-said"), "");
  shown = reply.body;
  loadedMs = performance.now();
  draw(shown);
}

function draw(evaluation) {
  const { criteria } = evaluation;
  drawCriteria(one("#criteria"), criteria, evaluation.as_of);
  drawReady(evaluation);
  drawScores(evaluation.scores ?? {});
  drawSecondSet(criteria.find(({ id }) => id === "scores"));
  confirmations.show(evaluation.scores?.confirmations);
  signing.show(evaluation);
}

function drawReady({ ready_at: readyAt, criteria }) {
  const count = (result) => criteria.filter((criterion) => criterion.result === result).length;
  const met = count("met");
  const done = met === criteria.length;
  say(one("#ready-label"), done ? t("ready_now") : t("ready_label"));
  say(one("#ready-at"), done ? "✓" : readyAt ? timeWords(readyAt) : "–");
  say(one("#ready-if"), done ? "" : readyAt ? t("ready_if") : t("ready_unknown"));
  say(one("#count-met"), t("n_met", { n: met }));
  say(one("#count-open"), t("n_open", { not_met: count("not_met"), unknown: count("unknown") }));
}

function drawScores(recorded) {
  for (const row of all("[data-score-row]")) {
    const kinds = row.dataset.kinds.split(" ").map((kind) => recorded[kind]).filter(Boolean);
    const totals = row.dataset.kinds.split(" ").map((kind) => recorded[kind]?.total ?? null);
    const several = ["awake", "cadss6"].includes(row.dataset.scoreRow);
    say(one("[data-score-total]", row), kinds.length === 0 ? "–" : several && row.dataset.scoreRow === "awake" ? totals.map((total) => total ?? "–").join(" · ") : totals[0] ?? "–");
    if (kinds.length) say(one("[data-when]", row), t("first_set", { at: timeWords(kinds[0].at), by: kinds[0].by }));
  }
}

/** Two sets are asked for, far enough apart: when the first was, and from when on the second counts. */
function drawSecondSet({ result, expected_at: secondAt, needed_s: needed }) {
  const waits = result !== "met" && secondAt && needed;
  say(one("#scores-first"), waits ? t("scores_first", { at: timeWords(new Date(Date.parse(secondAt) - needed * 1000)) }) : "");
  for (const name of ["aldrete", "mpadss"]) say(one(`[data-score=${name}]`), waits ? t("score_at", { at: timeWords(secondAt) }) : t("score_now"));
}

function showHead(head) {
  acts.head = head;
  sessionBar.show(head);
  signing.head = head;
  adverse.showHead(head);
  put(one("#simulated"), "hidden", !head.simulated);
}

for (const name of ["session", "session_changed"]) {
  live.on(name, (frame) => showHead(frame.session));
  live.on(name, () => load());
  live.on(name, (frame) => adverse.showEvents(frame.events));
}
live.on("tick", () => sessionBar.tick());
live.on("tick", (nowMs) => {
  if (nowMs - askedMs > EVERY_MS) load();
  const old = shown !== null && nowMs - loadedMs > OLD_MS;
  put(page, "data-old", old);
  signing.old = old;
  if (old) report(one("#load-said"), t("stale_criteria", { at: clockWords(shown.as_of) }));
});
attachTransfer(acts, () => load());
attachLeaving(acts, () => load(), () => (shown ? openWords(shown.criteria) : ""));
const atLoad = block("head"); // a session that is over has no live picture any more: the page still shows who signed
one("#head")?.remove(); // a lock would leave it in the page
if (atLoad.state) showHead(atLoad);
for (const button of all("[data-score]")) button.addEventListener("click", () => scores.open(button.dataset.score));
