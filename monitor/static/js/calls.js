/* Alarms nobody has acknowledged, of other stations too: the one that calls farthest, and how many more there are.
   Laws: drawn anew from every heartbeat, so that a page that was away shows what stands now and nothing else; one line,
   however many call, so that the tiles below stay in sight. */
import { make, one, put, say } from "./dom.js";
import { lookOf, markOf } from "./alarms.js";
import { lengthWords, t } from "./words.js";

const words = make("b");
const detail = make("span");
const line = make("a.call", {}, words, detail);

/** Whether this page is called: every other station's page, then the physicians' pages, then everybody's; never the board
    that shows the alarm's own tile. */
export function isCalled(call) {
  if (one("#board")?.dataset.station === call.station) return false;
  if (call.reach === "everyone") return true;
  if (call.reach === "physician" && document.body.dataset.role === "physician") return true;
  return call.station !== (one("[data-station]")?.dataset.station ?? null);
}

/** calls: as the heartbeat says them, the farthest first. */
export function showCalls(calls) {
  const place = one("#calls");
  if (!place) return;
  const called = calls.filter(isCalled);
  put(place, "hidden", called.length === 0);
  put(document.body, "data-called", called.length > 0);
  if (!called.length) return;
  if (!line.isConnected) place.append(line);
  const [call] = called;
  put(line, "href", `/sessions/${call.session}`);
  put(line, "data-look", lookOf(call));
  say(words, `${markOf(call)} ${t("chair_alarm", { chair: call.chair, words: call.words })}`);
  const parts = [t("of_station", { station: call.station }), t("unanswered_for", { time: lengthWords(call.age_s) }), t(`reach_${call.reach}`)];
  if (called.length > 1) parts.push(t("more_calls", { n: called.length - 1 }));
  say(detail, parts.join(" · "));
}
