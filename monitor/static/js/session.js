/* The live session page: takes the frames of the live link and hands each part what it shows.
   Law: numbers and alarms are drawn first and by themselves; the curve comes after and may fail alone. */
import { Acts } from "./acts.js";
import { attachAdmission, showAdmission } from "./admission.js";
import { Allergies } from "./allergies.js";
import { AdverseEvents } from "./adverse_events.js";
import { showAdvice } from "./advice.js";
import { attachArtefacts } from "./artefacts.js";
import { Ask } from "./ask.js";
import { attachSessionBar, watchesOf } from "./bar.js";
import { Charting } from "./charting.js";
import { Corrections } from "./corrections.js";
import { Curves } from "./charts.js";
import { DeviceAlarmList } from "./device_alarms.js";
import { all, one, put } from "./dom.js";
import { DosePanel } from "./doses.js";
import { EventList } from "./event_list.js";
import { attachKeys } from "./keys.js";
import { attachTransfer } from "./leaving.js";
import { LimitsPanel } from "./limits.js";
import { connect } from "./live.js";
import { Medications } from "./medications.js";
import { News2Card } from "./news2.js";
import { PumpPanel } from "./pump.js";
import { RescueBar } from "./rescue.js";
import { ScoreDialogs } from "./scores.js";
import { AlarmList } from "./session_alarms.js";
import { DueList, gateActs, gateScores } from "./session_lists.js";
import { OrderChange } from "./order_change.js";
import { Numbers } from "./session_numbers.js";
import { SessionBar } from "./session_bar.js";
import { attachChairSound } from "./sound_chair.js";
import { isOver } from "./words.js";

const page = one("#session");
const session = Number(page.dataset.session);
const live = connect({ watch: watchesOf(page.dataset) });
attachSessionBar(live, page.dataset);
const acts = new Acts(session, { role: page.dataset.role, refresh: () => live.refresh() });
const numbers = new Numbers(one(".numbers"));
const alarms = new AlarmList(one("#alarms"));
const deviceAlarms = new DeviceAlarmList(one("#device-alarms"));
const dose = new DosePanel(acts, live);
const orderChange = new OrderChange(acts, () => dose.givenNow());
const pump = new PumpPanel(one("#pump"));
const sessionBar = new SessionBar(live);
const due = new DueList(one("#due-list"));
const corrections = new Corrections(acts, () => dose.givenNow());
const events = new EventList(one("#event-list"), all("[data-list]"), correct);
const adverse = new AdverseEvents(session, acts, () => live.serverNow() ?? new Date());
const allergies = new Allergies();
const medications = new Medications(acts, live);
const rescue = new RescueBar(acts, (drug) => medications.openFor(drug));
const charting = new Charting(one("#symptoms"), acts, live, page.dataset.me);
delete page.dataset.me; // a name that no lock would take away
const limits = new LimitsPanel(session, acts, page.dataset.role);
const news2 = new News2Card(session, one("#news2"));
const scores = new ScoreDialogs(session, one("#score-said"), () => news2.load());
// A locked page is not told the rate: no dose is drawn on from what it knew before.
const curves = new Curves(session, live, () => (document.body.dataset.locked ? null : dose.givenNow()), (told) => events.tell(told));

let seenVersion = null;

function correct(entry) {
  if (entry.entry === "record_adverse_event") adverse.correct(entry);
  else if (entry.entry === "resolve_adverse_event") corrections.openStrike(entry);
  else corrections.open(entry);
}

function showHead(head) {
  acts.head = head;
  seenVersion = head.version;
  sessionBar.show(head);
  showAdmission(head);
  put(one("#watermark"), "hidden", !head.simulated);
  put(one("#to-prepare"), "hidden", !["scheduled", "preparing"].includes(head.state));
  put(one("#to-discharge"), "hidden", !["observing", "discharged", "left", "transferred"].includes(head.state));
  put(one("#to-log"), "hidden", !isOver(head));
  put(page, "data-over", isOver(head));
  curves.over = isOver(head);
  gateActs(page, acts);
  adverse.showHead(head);
  limits.gate();
  gateScores(page, head);
  put(one("[data-score=white]"), "hidden", head.state !== "observing");
}

/* The page of a locked sign-in: numbers, curves and alarms go on; whose they are stands in the initials alone. */
live.on("nameless", (frame) => frame.numbers && numbers.show(frame.numbers));
live.on("nameless", (frame) => frame.alarms && numbers.showAlarms(frame.alarms));
live.on("nameless", (frame) => frame.alarms && alarms.reset(frame.alarms, frame.messages ?? []));
live.on("nameless", (frame) => frame.state && sessionBar.showState(frame.state));
live.on("nameless", (frame) => frame.points && curves.push(frame.points));
live.on("nameless", (frame) => (frame.struck?.length || frame.state) && curves.loadSoon());

/* Each part listens for itself: one that fails stops no other. */
live.on("session", (snapshot) => numbers.show(snapshot.numbers));
live.on("values", (frame) => numbers.show(frame.numbers));
for (const name of ["session", "session_changed"]) live.on(name, (frame) => numbers.showAlarms(frame.alarms));
live.on("session", (snapshot) => alarms.reset(snapshot.alarms, snapshot.messages ?? []));
live.on("session_changed", (frame) => alarms.show(frame.alarms) && live.refresh());
for (const name of ["session", "session_changed"]) live.on(name, (frame) => showAdvice(one("#advice"), frame));

for (const name of ["session", "session_changed"]) live.on(name, (frame) => deviceAlarms.show(frame.device_alarms, frame.device_alarms_left_out));
live.on("tick", (nowMs) => deviceAlarms.tick(nowMs));

live.on("session", (snapshot) => {
  showHead(snapshot.session);
  dose.show(snapshot.dose, snapshot.session);
  orderChange.show(snapshot.dose, snapshot.session);
});
live.on("session_changed", (frame) => {
  const acted = frame.session.version !== seenVersion;
  showHead(frame.session);
  dose.show(frame.dose, frame.session);
  orderChange.show(frame.dose, frame.session);
  if (acted && frame.dose === undefined) live.refresh(); // a rate or a dose may have changed, and only a snapshot says it
});
for (const name of ["session", "session_changed"]) live.on(name, (frame) => pump.show(frame.pump, frame.session));
live.on("values", (frame) => frame.pump && pump.show(frame.pump));
live.on("tick", (nowMs) => pump.tick(nowMs));
live.on("session", (snapshot) => due.show(snapshot.due ?? []));
live.on("session_changed", (frame) => frame.due && due.show(frame.due));
for (const name of ["session", "session_changed"]) {
  live.on(name, (frame) => events.show(frame.events, acts.allows("correct_entry")));
  live.on(name, (frame) => charting.show(frame.events));
  live.on(name, (frame) => adverse.showEvents(frame.events));
  live.on(name, (frame) => medications.show(frame));
  live.on(name, (frame) => allergies.show(frame));
  live.on(name, (frame) => rescue.show(frame));
}
live.on("session", (snapshot) => events.tell(snapshot.told_by_devices ?? []));

live.on("session", () => curves.loadSoon());
live.on("session_changed", () => curves.loadSoon());
live.on("session_changed", () => limits.changed());
live.on("values", (frame) => curves.push(frame.points));
live.on("values", (frame) => frame.struck?.length && curves.loadSoon()); // a drawn value was taken back or corrected

live.on("tick", (nowMs) => numbers.tick(nowMs));
live.on("tick", (nowMs) => alarms.tick(nowMs));
live.on("tick", (nowMs) => {
  sessionBar.tick();
  dose.tick();
  dose.showRemaining(sessionBar.remainingS());
  due.tick(nowMs);
  charting.tick(nowMs);
});
live.on("tick", (nowMs) => curves.tick(nowMs));

attachAdmission(acts);
attachTransfer(acts, () => live.refresh());
attachArtefacts(acts, session, () => live.serverNow());
attachKeys();
attachChairSound(live);
for (const name of ["note", "pause_monitoring", "resume_monitoring"]) {
  const ask = Ask.named(name);
  one(`[data-act=${name}]`).addEventListener("click", () => {
    const seen = acts.version;
    ask.open({ seen, submit: (values, reviewed) => acts.do(name, values, reviewed) });
  });
}
one("#open-limits").addEventListener("click", () => limits.open());
live.on("session_changed", () => news2.loadSoon());
live.on("values", (frame) => frame.points.some(({ vital }) => vital === "nibp_sys") && news2.loadSoon());

const BY_NEWS2 = ["temperature", "spo2_scale"];
for (const button of all("[data-score]")) {
  const name = button.dataset.score;
  button.addEventListener("click", () => (BY_NEWS2.includes(name) ? news2.open(name) : scores.open(name)));
}
