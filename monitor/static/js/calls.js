/* Alarms nobody has acknowledged, of other stations too: each call names chair, condition and how long it has waited.
   Law: drawn anew from every heartbeat, so that a page that was away shows what stands now and nothing else. */
import { all, fill, make, one, put, say } from "./dom.js";
import { lookOf, markOf } from "./alarms.js";
import { lengthWords, t } from "./words.js";

const MOST = 3; // more calls than a bar can be read of at 4 m; the others are counted

/** Whether this page is called: every other station's page, then the physicians' pages, then everybody's. */
function isCalled(call) {
  if (call.reach === "everyone") return true;
  if (call.reach === "physician" && document.body.dataset.role === "physician") return true;
  return call.station !== (one("[data-station]")?.dataset.station ?? null);
}

export function showCalls(calls) {
  const place = one("#calls");
  if (!place) return;
  const called = calls.filter(isCalled);
  put(place, "hidden", called.length === 0);
  const shown = called.slice(0, MOST);
  const drawn = all("[data-call]", place);
  if (drawn.map((row) => row.dataset.call).join() !== shown.map((call) => call.id).join()) fill(place, ...shown.map(row));
  all("[data-call]", place).forEach((element, index) => tell(element, shown[index], called.length - shown.length));
}

function row(call) {
  return make("a.call", { "data-call": call.id, href: `/sessions/${call.session}` }, make("b"), make("span"));
}

function tell(element, call, more) {
  put(element, "data-look", lookOf(call));
  say(one("b", element), `${markOf(call)} ${t("chair_alarm", { chair: call.chair, words: call.words })}`);
  const last = element.nextElementSibling === null && more > 0 ? ` · ${t("more_calls", { n: more })}` : "";
  const station = t("of_station", { station: call.station });
  say(one("span", element), `${station} · ${t("unanswered_for", { time: lengthWords(call.age_s) })} · ${t(`reach_${call.reach}`)}${last}`);
}
