/* The sound of a live page: from what the server says is to be heard to what comes out of this window.
   Laws: the highest alarm of the station sounds and no other; without a server for 10 s the page sounds its own technical
   alarm, by what is in this page alone; while it cannot sound, SOUND OFF stands, and the server is told. */
import { one, put } from "./dom.js";
import { Heard } from "./heard.js";
import { SoundBar } from "./sound_bar.js";
import { SoundOwner } from "./sound_owner.js";
import { SoundCheck } from "./sound_check.js";
import { SoundReport } from "./sound_report.js";
import { Sounder, louder } from "./sounder.js";

const LOCAL_PAUSE_MS = 120_000; // CLINICAL.md §3.4: at most 2 min; without a server nobody else can end it

/** Let this page sound. */
export function attachSound(live) {
  return new Sound(live);
}

class Sound {
  #live;
  #heard = new Heard();
  #sounder = new Sounder((kind) => put(document.body, "data-burst", kind));
  #owner;
  #bar;
  #report;
  #check;
  #link = "stale";
  #quietUntilMs = 0;

  constructor(live) {
    const page = one("[data-station]")?.dataset ?? {};
    this.#live = live;
    this.#owner = new SoundOwner(page.station || `session-${page.session ?? "none"}`);
    this.#report = new SoundReport(live, page.station);
    this.#check = new SoundCheck(page.station, (kind) => this.#prove(kind));
    live.on("sound_test", () => this.#mayProve() && this.#check.test());
    this.#bar = new SoundBar({
      unlock: () => this.#unlock(),
      pauseHere: () => this.#pauseHere(),
      sessions: () => ({ toPause: this.#heard.toPause, paused: this.#heard.paused(this.#now()) }),
    });
    live.on("board", (frame) => this.#take(() => this.#heard.board(frame.tiles)));
    live.on("tiles", (frame) => this.#take(() => this.#heard.tiles(frame.tiles)));
    if (!page.station) for (const name of ["session", "session_changed"]) live.on(name, (frame) => this.#take(() => this.#heard.session(frame)));
    live.on("heartbeat", (beat) => this.#take(() => this.#heard.calls(beat.calls ?? [])));
    live.on("state", ({ state }) => this.#turned(state));
    live.on("tick", () => this.#tick());
    for (const gesture of ["pointerdown", "pointerup", "keydown"]) addEventListener(gesture, () => this.#sounder.can || this.#unlock(), { capture: true });
  }

  #now() {
    return this.#live.serverNow()?.getTime() ?? Date.now();
  }

  #take(read) {
    read();
    this.#tick();
  }

  /** Only the window that sounds, and only while no alarm does. */
  #mayProve() {
    return this.#owner.mine && this.#sounder.can && this.#wanted() === null;
  }

  async #prove(kind) {
    if (!this.#sounder.can) await this.#sounder.unlock();
    return this.#wanted() === null ? this.#sounder.prove(kind) : false;
  }

  async #unlock() {
    await this.#sounder.unlock();
    this.#tick();
  }

  #turned(state) {
    if (state !== "lost") this.#quietUntilMs = 0;
    this.#link = state;
  }

  /** Without a server a person can still quiet what this page says of itself. */
  #pauseHere() {
    this.#quietUntilMs = performance.now() + LOCAL_PAUSE_MS;
    this.#tick();
  }

  /** What is to be heard: what the server said last, and the page's own alarm once the server is gone. */
  #wanted() {
    const said = this.#heard.kind;
    if (this.#link !== "lost") return said;
    if (performance.now() < this.#quietUntilMs) return null;
    return said === null ? "page" : louder(said, "page");
  }

  #tick() {
    this.#sounder.watch();
    const { can } = this.#sounder;
    this.#owner.tick(can);
    const { mine, otherCan } = this.#owner;
    const wanted = this.#wanted();
    this.#sounder.sound(mine ? wanted : null, { cut: !mine || this.#heard.silenced || this.#link === "lost" });
    const state = mine ? (can ? "on" : "off") : otherCan ? "elsewhere" : "off";
    this.#report.tick(state);
    this.#check.tick(state);
    put(document.body, "data-sound", state);
    put(document.body, "data-sounding", mine && can && wanted ? wanted : null);
    this.#bar.show({ state, lost: this.#link === "lost", quietMs: this.#quietUntilMs - performance.now(), wanted, now: this.#now() });
  }
}
