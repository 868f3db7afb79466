/* Proof that a station is heard: a person listens at the start of a shift, and once a day the server has a test sounded.
   Laws: both are recorded, also "not heard"; a test is marked TEST while it sounds and is never an alarm. */
import { report } from "./ask.js";
import { get, post, refusal, requestId } from "./api.js";
import { one, put, say } from "./dom.js";
import { mayPause } from "./sound_pause.js";
import { t } from "./words.js";

const LOOK_MS = 300_000;

export class SoundCheck {
  #station;
  #prove;
  #due = false;
  #lookedMs = -LOOK_MS;
  #button = one("#sound-check");
  #dialog = one("#sound-check-dialog");

  /** prove(kind) plays one burst -> whether it came out. */
  constructor(station, prove) {
    this.#station = station;
    this.#prove = prove;
    this.#button.addEventListener("click", () => this.#open());
    for (const [name, act] of Object.entries({ play: () => this.#play(), heard: () => this.#answer(true), unheard: () => this.#answer(false), close: () => this.#dialog.close() })) {
      one(`[data-check=${name}]`, this.#dialog).addEventListener("click", act);
    }
  }

  tick(state) {
    if (!this.#station) return;
    const nowMs = performance.now();
    if (nowMs - this.#lookedMs > LOOK_MS) {
      this.#lookedMs = nowMs;
      void this.#look();
    }
    put(this.#button, "hidden", !this.#due || state !== "on" || !mayPause());
  }

  /** The server's daily test: sounded, measured, answered. */
  async test() {
    put(one("#sound-test"), "hidden", false);
    const heard = await this.#prove("medium");
    put(one("#sound-test"), "hidden", true);
    await this.#tell("sound-tests", heard);
  }

  async #look() {
    const reply = await get("stations");
    const station = reply.ok ? reply.body.find(({ name }) => name === this.#station) : null;
    if (station) this.#due = station.check_due;
  }

  #tell(noun, heard) {
    return post(`stations/${encodeURIComponent(this.#station)}/${noun}`, { request_id: requestId(), heard });
  }

  #open() {
    report(one(".said", this.#dialog), "");
    this.#answers(false);
    this.#dialog.showModal();
  }

  #answers(on) {
    for (const name of ["heard", "unheard"]) put(one(`[data-check=${name}]`, this.#dialog), "disabled", !on);
  }

  async #play() {
    say(one(".said", this.#dialog), t("sound_check_playing"));
    const out = await this.#prove("high");
    report(one(".said", this.#dialog), out ? "" : t("sound_check_nothing"));
    this.#answers(true);
  }

  async #answer(heard) {
    const reply = await this.#tell("sound-checks", heard);
    if (!reply.ok) return void report(one(".said", this.#dialog), refusal(reply));
    this.#due = !heard;
    if (heard) return void this.#dialog.close();
    this.#answers(false);
    report(one(".said", this.#dialog), t("sound_check_unheard"));
  }
}
