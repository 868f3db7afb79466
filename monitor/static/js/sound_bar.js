/* The sound in the top bar: SOUND OFF with its button, which window sounds, the pause and its countdown.
   Law: what is shown is what the audio and the server say, never what was pressed. */
import { one, put, say } from "./dom.js";
import { mayPause, setPauses } from "./sound_pause.js";
import { lengthWords, t } from "./words.js";

const SAID_MS = 8000;

export class SoundBar {
  #off = one("#sound-off");
  #said = one("#sound-said");
  #pause = one("#sound-pause");
  #ask;
  #busy = false;
  #lost = false;
  #refusal = "";
  #refusedMs = 0;
  #spoken = "";

  /** unlock(), pauseHere() and sessions() -> {toPause, paused} of the page's sound. */
  constructor(ask) {
    this.#ask = ask;
    this.#off.addEventListener("click", () => ask.unlock());
    this.#pause.addEventListener("click", () => this.#pressed());
  }

  show({ state, lost, quietMs, wanted, now }) {
    this.#lost = lost;
    put(this.#off, "hidden", state !== "off");
    const refused = this.#refusal && performance.now() - this.#refusedMs < SAID_MS;
    put(this.#said, "hidden", !refused);
    say(this.#said, refused ? this.#refusal : "");
    const { paused } = this.#ask.sessions();
    const untilMs = Math.max(0, ...paused.map(({ audio }) => Date.parse(audio.paused_until_at)));
    const leftS = lost ? quietMs / 1000 : (untilMs - now) / 1000;
    this.#showPause(lost ? quietMs > 0 : paused.length > 0, leftS, wanted, state);
    if (state !== this.#spoken && this.#spoken) say(one("#sound-spoken"), state === "off" ? t("sound_off_spoken") : "");
    this.#spoken = state;
  }

  /** While something sounds the button pauses it, also what came during another chair's pause; else it ends the pause;
      with nothing to pause it says where the sound is. */
  #showPause(paused, leftS, wanted, state) {
    const resumes = paused && !wanted;
    const useful = Boolean(paused || wanted) && (this.#lost || mayPause());
    put(this.#pause, "hidden", state === "off" && !useful);
    put(this.#pause, "data-paused", paused);
    put(this.#pause, "data-act", resumes ? "resume_audio" : "pause_audio");
    put(this.#pause, "disabled", !useful || this.#busy || (this.#lost && resumes));
    say(one("#sound-left"), paused ? lengthWords(Math.ceil(leftS)) : "");
    say(one("#sound-act"), t(resumes ? "sound_resume" : useful ? "sound_pause" : state === "elsewhere" ? "sound_elsewhere" : "sound_on"));
  }

  async #pressed() {
    if (this.#lost) return void this.#ask.pauseHere();
    const event = this.#pause.dataset.act;
    const { toPause, paused } = this.#ask.sessions();
    this.#busy = true;
    put(this.#pause, "disabled", true);
    this.#refusal = await setPauses(event === "resume_audio" ? paused : toPause, event);
    this.#refusedMs = performance.now();
    this.#busy = false;
    put(this.#pause, "disabled", false);
  }
}
