/* Tells the server whether this page sounds, so that a station without sound is itself an alarm.
   Law: said at every change and again every 4 s; the server believes it no longer than its policy says. */

const AGAIN_MS = 4000;

export class SoundReport {
  #live;
  #station;
  #said = "";
  #saidMs = 0;

  constructor(live, station) {
    this.#live = live;
    this.#station = station;
    live.on("board", () => (this.#said = "")); // a new connection: the server may have forgotten
  }

  /** state: on, off or elsewhere; call at every tick. */
  tick(state) {
    const nowMs = performance.now();
    if (!this.#station || (state === this.#said && nowMs - this.#saidMs < AGAIN_MS)) return;
    if (!this.#live.send("sounding", { station: this.#station, sound: state })) return;
    this.#said = state;
    this.#saidMs = nowMs;
  }
}
