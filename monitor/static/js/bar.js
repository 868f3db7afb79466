/* The top bar, the notices and the bottom line of a live page.
   Law: it shows the link as it is (live, stale, lost) and the recording as the last heartbeat said; alarms are also spoken
   to screen readers, each once. Needs live.js frames that carry counts and newest (board, tiles). */
import { all, make, one, put, say } from "./dom.js";
import { ageNow, stamp } from "./age.js";
import { markOf } from "./alarms.js";
import { showCalls } from "./calls.js";
import { STALE_S } from "./live.js";
import { attachSound } from "./sound.js";
import { clockWords, dayWords, lengthWords, t } from "./words.js";

/** What the page of one session watches: the session, and its station's board for the alarms of the other chairs. */
export function watchesOf({ session, station }) {
  return station ? [{ board: station }, { session: Number(session) }] : [{ session: Number(session) }];
}

/** The bar of a session's page; without a station it counts this chair's own alarms, and says so. */
export function attachSessionBar(live, { station }) {
  const bar = attachBar(live);
  if (station) return;
  say(one("#top-chairs"), t("chair_only"));
  for (const name of ["session", "session_changed", "nameless"]) live.on(name, (frame) => frame.alarms && bar.alarms(counted(frame.alarms)));
}

function counted(standing) {
  const open = standing.filter((alarm) => alarm.state !== "ended").sort((a, b) => (a.age_s ?? 0) - (b.age_s ?? 0));
  const counts = { high: 0, medium: 0, low: 0 };
  for (const alarm of open) counts[alarm.priority] += 1;
  return { counts, newest: open[0] ?? null };
}

/** Attach the bar of this page to its live link. */
export function attachBar(live) {
  const bar = new Bar(live);
  live.on("board", (frame) => {
    const n = frame.tiles.length;
    if (document.body.dataset.demo !== "true") put(one("#simulated"), "hidden", !frame.tiles.some((tile) => tile.simulated));
    say(one("#top-chairs"), n === 1 ? t("chairs_1") : t("chairs_n", { n }));
    bar.alarms(frame);
  });
  live.on("tiles", (frame) => bar.alarms(frame));
  live.on("heartbeat", (beat) => {
    bar.recording(beat);
    showCalls(beat.calls ?? []);
  });
  live.on("state", (link) => bar.link(link));
  live.on("tick", () => bar.tick());
  attachSound(live);
  return bar;
}

class Bar {
  #live;
  #newest = null;
  #spoken = "";
  #said = "";
  #words = make("a", {});
  #age = document.createElement("span");

  constructor(live) {
    this.#live = live;
    one("#newest")?.append(this.#words, this.#age);
    const top = one(".top"); // on a small screen only the row with the alarms stays in sight (base.css)
    new ResizeObserver(() => one(".head").style.setProperty("--head", `${top.offsetHeight}px`)).observe(top);
  }

  alarms({ counts, newest }) {
    for (const element of all("[data-count]")) {
      const n = counts[element.dataset.count] ?? 0;
      put(element, "data-some", n > 0 ? element.dataset.count : null);
      say(one(".count-number", element), n);
    }
    this.#newest = newest ? stamp(newest) : null;
    const words = newest ? t("chair_alarm", { chair: newest.chair, words: newest.words }) : "";
    say(this.#words, words);
    put(this.#words, "href", newest ? `/#chair-${encodeURIComponent(newest.chair)}` : null);
    const spoken = newest ? `${markOf(newest)} ${words}` : "";
    if (spoken && spoken !== this.#spoken) say(one("#alarms-spoken"), spoken);
    this.#spoken = spoken;
    this.tick();
  }

  recording(beat) {
    const notice = one("#notice-recording");
    const on = beat.recording;
    put(one("#bottom"), "data-recording", String(on));
    say(one("#recording"), on ? t("recording_all") : t("recording_off"));
    if (!on) say(notice, t("recording_off_for", { n: Math.round(beat.not_recording_s ?? 0) }));
    put(notice, "hidden", on);
  }

  link({ state, silentS, why }) {
    const notice = one("#notice-lost");
    const shown = state === "lost" || (state === "stale" && silentS >= STALE_S);
    const n = Math.ceil(silentS);
    if (shown) {
      const words = state === "lost" ? `!! ${t("no_connection_alarm", { n })}` : t("no_connection", { n });
      say(notice, `${words}. ${why === "signed_out" ? t("signed_out_link") : t("retrying")}`);
      put(notice, "data-kind", state === "lost" ? "alarm" : null);
    }
    put(notice, "hidden", !shown);
    if (shown && state !== this.#said) say(one("#alarms-spoken"), notice.textContent);
    this.#said = shown ? state : "";
    say(one("#link-words"), state === "live" ? t("live") : silentS < STALE_S ? t("connecting") : t("no_link"));
  }

  tick(nowMs = performance.now()) {
    if (this.#newest) say(this.#age, lengthWords(ageNow(this.#newest, nowMs)));
    else say(this.#age, "");
    say(one("#link-age"), t("live_age", { n: this.#live.silentS.toFixed(1) }));
    const now = this.#live.serverNow();
    if (now === null) return;
    say(one("#clock"), clockWords(now));
    say(one("#day"), dayWords(now));
  }
}
