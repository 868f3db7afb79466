/* The devices page: what came in and found no place.
   Law: both lists carry their age; one that could not be brought up to date is greyed and says since when. A list is asked
   for again while the page is looked at, and rows keep their place, focus and openness. */
import { attachBar } from "./bar.js";
import { report } from "./ask.js";
import { BindDialog } from "./device_binding.js";
import { one, put, say } from "./dom.js";
import { get, refusal } from "./api.js";
import { ageWords } from "./age.js";
import { attachExplainText } from "./explain_text.js";
import { AssignDialog } from "./late_assignment.js";
import { HospitalBeds } from "./hospital_beds.js";
import { connect } from "./live.js";
import { Outbox } from "./outbox.js";
import { RefusedMessages } from "./refused_messages.js";
import { Sources } from "./sources.js";
import { UnknownDevices } from "./unknown_devices.js";
import { clockWords, t } from "./words.js";

const AGAIN_MS = 5000;
const OLD_MS = 15_000;
const NOTHING = { ok: true, body: [] };

const page = one("#devices");
const live = connect({ watch: page.dataset.station ? { board: page.dataset.station } : [] });
attachBar(live);

const { mayBind, mayAssign, mayReplay } = page.dataset;
const binding = mayBind ? new BindDialog(done) : null;
const beds = new HospitalBeds(binding);
const unknown = new UnknownDevices(binding, mayAssign ? new AssignDialog(done) : null);
const refused = one("#refused-rows") ? new RefusedMessages(Boolean(mayReplay), () => refresh()) : null;
const sources = refused ? new Sources() : null;
if (refused) attachExplainText();
const outbox = one("#outbox-rows") ? new Outbox(Boolean(page.dataset.mayDecide), done) : null;

let loadedMs = null;
let loadedAt = null;
let busy = false;
let askedMs = -AGAIN_MS;

function done(words, kind = "done") {
  report(one("#devices-said"), words, kind);
  refresh();
}

async function refresh() {
  if (busy) return;
  busy = true;
  askedMs = performance.now();
  try {
    const replies = await Promise.all([get("unassigned/devices"), get("chairs"), refused ? get(refused.path) : NOTHING, outbox ? get(outbox.path) : NOTHING, sources ? get(sources.path) : NOTHING, get(beds.path)]);
    const failed = replies.find((reply) => !reply.ok);
    if (failed) return void (loadedMs === null && say(one("#devices-age"), t("devices_failed", { words: refusal(failed) })));
    const [devices, chairs, messages, told, intake, named] = replies.map((reply) => reply.body);
    unknown.show(devices.devices, chairs, live.serverNow() ?? new Date());
    beds.show(named);
    refused?.show(messages);
    outbox?.show(told);
    sources?.show(intake, live.serverNow() ?? new Date());
    loadedMs = askedMs; // as old as the question: what came meanwhile may not be in it
    loadedAt = live.serverNow() ?? new Date();
  } finally {
    busy = false;
  }
  showAge(performance.now());
}

function showAge(nowMs) {
  if (loadedMs === null) return;
  const old = nowMs - loadedMs > OLD_MS;
  put(page, "data-old", old);
  say(one("#devices-age"), old ? t("not_current", { at: clockWords(loadedAt) }) : t("as_of", { age: ageWords((nowMs - loadedMs) / 1000) }));
}

live.on("tick", (nowMs) => {
  showAge(nowMs);
  if (!document.hidden && nowMs - askedMs > AGAIN_MS) refresh();
});
refresh();
