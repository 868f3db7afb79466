/* What of a station is to be heard now, as the server says it.
   Law: the server decides what is paused, acknowledged or new; this page only takes the highest of it. Loss of data ends
   nothing: what sounded when the line was lost goes on. */
import { louder } from "./sounder.js";
import { isCalled } from "./calls.js";

export class Heard {
  #chairs = new Map();
  #calls = [];

  /** A station's snapshot. */
  board(tiles) {
    this.#chairs.clear();
    this.tiles(tiles);
  }

  /** Changed tiles. */
  tiles(tiles) {
    for (const { id, session, audio, alarms } of tiles) {
      if (session && audio) this.#chairs.set(id, { session: session.id, version: session.version, audio, stands: standing(alarms) });
      else this.#chairs.delete(id);
    }
  }

  /** The page of one session whose station is not watched. */
  session({ session, alarms }) {
    this.#chairs.set(session.id, { session: session.id, version: session.version, audio: session.audio, stands: standing(alarms) });
  }

  /** Alarms of other stations that nobody answered and that call this page. */
  calls(calls) {
    this.#calls = calls.filter((call) => isCalled(call) && !call.silenced);
  }

  /** "high", "medium", "low" or null. */
  get kind() {
    const kinds = [...this.#sounding().map(({ audio }) => audio.priority), ...this.#calls.map((call) => call.priority)];
    return kinds.length ? kinds.reduce(louder) : null;
  }

  /** Whether an alarm stands though none sounds: then a person silenced it, and it is silent at once. */
  get silenced() {
    return [...this.#chairs.values()].some(({ stands }) => stands);
  }

  #sounding() {
    return [...this.#chairs.values()].filter(({ audio }) => audio.priority);
  }

  /** Sessions whose sound can be paused now. */
  get toPause() {
    return this.#sounding();
  }

  /** Sessions whose sound is paused now, at this time of the server. */
  paused(now) {
    return [...this.#chairs.values()].filter(({ audio }) => audio.paused_until_at && Date.parse(audio.paused_until_at) > now);
  }
}

const standing = (alarms) => alarms.some((alarm) => alarm.state !== "ended");
