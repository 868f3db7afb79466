/* The live link of a page: Socket.IO over websocket only, watched by the server's own heartbeat.
   Laws: within 3 s of a silent server -> "stale" (one and a half beats missed), 10 s -> "lost"; it reconnects for ever; nothing that was queued while the page, the
   line or the server slept is ever handed on as live: a new snapshot is asked for, and whatever comes before its answer is dropped.
   What waited a little on the way is that much older.
   Events: board tiles session values session_changed nameless (of a locked page) heartbeat (frames), state {state, silentS, why}, tick (each 250 ms),
   blank (the page slept: show no number until the next snapshot).
   Silence is measured by performance.now; the wall clock only tells that a laptop slept, which performance.now may not. */
import { older } from "./age.js";
import { put } from "./dom.js";
import { inLanguage } from "./phrases.js";

export const STALE_S = 2.5; // and a tick: grey at the latest 3 s after the last sign of life
const LOST_S = 10;
const ASLEEP_MS = 3000; // no timer ran for so long: the page was frozen or the laptop slept
const LAG_MS = 2000; // what came this much slower than the fastest was queued somewhere
const ANSWER_MS = 4000;
const TICK_MS = 250;
const RETRY_MS = 1500;
const LOOK_MS = 5000;
const STREAM = { board: "board", tiles: "board", session: "session", values: "session", session_changed: "session", nameless: "session" };

/** connect({watch: {board: "A"} | {session: 12} | several}) -> Live. Several need a server that keeps several rooms a socket. */
export function connect({ watch = [] } = {}) {
  return new Live([watch].flat());
}

class Live {
  state = "stale";
  silentS = 0;
  why = "connecting"; // connecting | silent | queued | signed_out | refused | ""
  #watches;
  #listeners = new Map();
  #socket = null;
  #beatMs = performance.now();
  #awakeMs = performance.now();
  #awakeAt = Date.now();
  #offsetMs = null; // the least (receipt - server time) seen: what waited nowhere shows it
  #serverAt = null;
  #serverMs = 0;
  #seen = { board: -1, session: -1 };
  #awaiting = 1; // answers to watch still out; frames are dropped meanwhile
  #epoch = 0;
  #lookedMs = -LOOK_MS;

  constructor(watches) {
    this.#watches = watches;
    const page = document.body.dataset;
    this.#socket = globalThis.io({
      transports: ["websocket"],
      upgrade: false,
      reconnectionDelay: 500,
      reconnectionDelayMax: 3000,
      timeout: 5000,
      auth: (give) => give({ csrf: document.querySelector('meta[name="csrf-token"]')?.content ?? "", build: page.build }),
    });
    this.#socket.on("connect", () => this.#resync("connecting"));
    this.#socket.on("connect_error", () => this.#refused());
    this.#socket.on("disconnect", () => this.#again());
    this.#socket.on("heartbeat", (beat) => this.#heartbeat(beat));
    this.#socket.on("sound_test", (frame) => this.#tell("sound_test", frame));
    this.#socket.on("lock", (turned) => document.dispatchEvent(new CustomEvent("sign-in-lock", { detail: turned })));
    document.addEventListener("sign-in-turned", () => this.refresh()); // what was shown with names is asked for without, and back
    for (const name of Object.keys(STREAM)) this.#socket.on(name, (frame) => this.#frame(name, frame));
    document.addEventListener("resume", () => this.#woke());
    addEventListener("pageshow", (event) => event.persisted && this.#woke());
    setInterval(() => this.#tick(), TICK_MS);
    queueMicrotask(() => this.#judge());
  }

  /** Call fn(frame) for each event of that name. */
  on(name, fn) {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), fn]);
    return this;
  }

  /** The server's time now as a Date, carried on from its last heartbeat; null before the first. */
  serverNow() {
    return this.#serverAt === null ? null : new Date(this.#serverAt + performance.now() - this.#serverMs);
  }

  /** Ask for a fresh snapshot (a page does so when it finds that it missed something). */
  refresh() {
    this.#resync(this.why);
  }

  /** Say something small to the server; false when there is no line. */
  send(event, payload) {
    if (!this.#socket.connected || this.state !== "live") return false;
    this.#socket.emit(event, payload);
    return true;
  }

  #tell(name, frame) {
    for (const fn of this.#listeners.get(name) ?? []) {
      try {
        fn(frame);
      } catch (error) {
        reportError(error); // one listener that fails (a chart) never stops the others (numbers, alarms)
      }
    }
  }

  #tick() {
    this.#noticeSleep();
    this.#judge();
    this.#tell("tick", performance.now());
  }

  /** Sleep is noticed at the first sign of life, which may be a queued frame before any timer. */
  #noticeSleep() {
    const now = performance.now();
    const slept = now - this.#awakeMs > ASLEEP_MS || Date.now() - this.#awakeAt > ASLEEP_MS;
    this.#awakeMs = now;
    this.#awakeAt = Date.now();
    if (slept) this.#woke();
  }

  #woke() {
    this.#beatMs = Math.min(this.#beatMs, performance.now() - STALE_S * 1000 - 1);
    this.#tell("blank");
    this.#resync("queued");
    this.#judge();
  }

  #judge() {
    this.silentS = (performance.now() - this.#beatMs) / 1000;
    const late = this.silentS >= LOST_S ? "lost" : this.silentS >= STALE_S ? "stale" : "live";
    const state = late === "live" && this.#awaiting > 0 ? "stale" : late;
    if (state === "live") this.why = "";
    else if (this.why === "") this.why = "silent";
    put(document.body, "data-link", state);
    const turned = state !== this.state;
    this.state = state;
    if (turned || state !== "live") this.#tell("state", { state, silentS: this.silentS, why: this.why });
  }

  #heartbeat(beat) {
    this.#noticeSleep();
    if (this.#awaiting > 0 && this.#offsetMs === null) return; // only the answer tells which heartbeats are new
    if (this.#waitedMs(beat.sent_at) > LAG_MS) {
      if (this.#awaiting === 0) this.#resync("queued"); // it proves nothing about now
      return;
    }
    const now = performance.now();
    this.#beatMs = now;
    this.#serverAt = Date.parse(beat.sent_at);
    this.#serverMs = now;
    this.#tell("heartbeat", inLanguage(beat));
    this.#judge();
    if (beat.build && beat.build !== document.body.dataset.build) this.#reload("build");
  }

  #frame(name, frame) {
    this.#noticeSleep();
    if (this.#awaiting > 0 || frame.seq < this.#seen[STREAM[name]]) return;
    const waitedMs = this.#waitedMs(frame.sent_at);
    if (waitedMs > LAG_MS) return this.#resync("queued"); // its numbers would look as young as they were when it set out
    this.#seen[STREAM[name]] = frame.seq;
    this.#tell(name, older(inLanguage(frame), waitedMs / 1000));
  }

  /** How much longer something was on its way than the fastest that is known. */
  #waitedMs(sentAt) {
    const offset = performance.now() - Date.parse(sentAt);
    this.#offsetMs = Math.min(this.#offsetMs ?? offset, offset);
    return offset - this.#offsetMs;
  }

  #resync(why) {
    const epoch = ++this.#epoch;
    this.why = why;
    this.#offsetMs = null;
    this.#awaiting = this.#watches.length;
    if (!this.#socket.connected) {
      this.#awaiting = Math.max(1, this.#awaiting);
      return;
    }
    for (const watch of this.#watches) {
      const asked = performance.now();
      this.#socket.timeout(ANSWER_MS).emit("watch", watch, (error, answer) => {
        if (epoch !== this.#epoch) return;
        if (error || performance.now() - asked > ANSWER_MS) this.#resync("silent");
        else if (!answer?.ok) setTimeout(() => epoch === this.#epoch && this.#resync("refused"), RETRY_MS);
        else this.#answered("board" in watch ? "board" : "session", answer, asked);
      });
    }
  }

  #answered(name, { snapshot, sent_at: sentAt }, askedMs) {
    this.#awaiting -= 1;
    this.#waitedMs(sentAt);
    this.#beatMs = Math.max(this.#beatMs, askedMs); // an answer to a question proves as much as a heartbeat
    if (snapshot) {
      this.#seen[STREAM[name]] = snapshot.seq ?? -1;
      const told = older(inLanguage(snapshot), (performance.now() - askedMs) / 1000); // it may all have gone by on the way back
      this.#tell(name === "session" && !snapshot.session ? "nameless" : name, told);
    }
    this.#judge();
  }

  /** The transport retries by itself; a refusal of the server or its closing of the socket does not, so it is done here. */
  #again() {
    this.#resync("silent");
    setTimeout(() => this.#socket.disconnected && !this.#socket.active && this.#socket.connect(), RETRY_MS);
  }

  /** The line failed (the transport tries again by itself) or the server refused: is a person still signed in? */
  async #refused() {
    const refused = !this.#socket.active;
    if (refused) setTimeout(() => this.#socket.connect(), RETRY_MS);
    const now = performance.now();
    if (now - this.#lookedMs < LOOK_MS) return;
    this.#lookedMs = now;
    try {
      const reply = await fetch(location.href, { method: "HEAD", redirect: "manual", cache: "no-store", credentials: "same-origin" });
      if (reply.type === "opaqueredirect" || reply.status === 401) this.why = "signed_out";
      else if (reply.ok && refused) this.#reload("refused"); // signed in, yet refused: the page's token or build is an old one
    } catch {
      this.why = "silent"; // the server is not there; the retry above goes on
    }
  }

  /** At most one reload in 30 s for the same cause, so that a server that disagrees with itself is no loop. */
  #reload(cause) {
    const key = `reloaded-${cause}`;
    const last = Number(sessionStorage.getItem(key) ?? 0);
    if (Date.now() - last < 30_000) return;
    sessionStorage.setItem(key, String(Date.now()));
    location.reload();
  }
}
