/* This page's loudspeaker: whether it can sound, and the burst that sounds now.
   Laws: a browser lets a page sound only after a person's gesture, and may take it back: "can sound" is asked of a clock that
   runs, never assumed; a worse alarm interrupts what sounds, and a burst whose alarm ended by itself is heard to its end. */
import { BURSTS, playBurst } from "./burst.js";

const ORDER = ["low", "page", "medium", "high"];
const STUCK_MS = 1500; // an audio clock that stands for so long has lost its output
const LEAD_S = 0.02;
const LOUD = 0.2; // of full scale; the softest burst reaches twice as much
const SEEN = 32768; // samples one look takes in, two thirds of a second: a page that is late misses no burst
const LOOK_MS = 40;

const aMoment = () => new Promise((resolve) => setTimeout(resolve, LOOK_MS));

/** Which of two sounds goes first. */
export const louder = (one, other) => (ORDER.indexOf(one) >= ORDER.indexOf(other) ? one : other);

export class Sounder {
  #context = null;
  #burst = null;
  #kind = null;
  #nextS = 0;
  #movedMs = 0;
  #watchedMs = performance.now();
  #clockS = -1;
  #failed = false;
  #out = null; // what goes to the loudspeaker, where it can be measured
  #wave = new Float32Array(SEEN);
  #proving = false;
  #onBurst;

  /** onBurst(kind): told of every burst that begins. */
  constructor(onBurst = () => {}) {
    this.#onBurst = onBurst;
    this.open();
  }

  /** Make a new way out; a context that was closed or lost its device never comes back by itself. */
  open() {
    const Context = globalThis.AudioContext;
    this.#failed = !Context;
    if (!Context) return;
    this.#context?.close().catch(() => {}); // closed already: that is what was asked
    this.#context = new Context({ latencyHint: "interactive" });
    this.#context.addEventListener("error", () => (this.#failed = true));
    this.#out = this.#context.createAnalyser();
    this.#out.fftSize = SEEN;
    this.#out.connect(this.#context.destination);
    this.#clockS = -1;
    this.#movedMs = performance.now();
    this.#burst = null;
  }

  /** A person's gesture: ask the browser to let this page sound. */
  async unlock() {
    if (this.#failed || !this.#context || this.#context.state === "closed") this.open();
    if (!this.#context || this.#context.state === "running") return;
    await this.#context.resume().catch(() => (this.#failed = true));
  }

  /** Whether what is played now comes out. */
  get can() {
    return !this.#failed && this.#context?.state === "running" && performance.now() - this.#movedMs < STUCK_MS;
  }

  /** Watch the audio clock; call at every tick. */
  watch() {
    const nowS = this.#context?.currentTime ?? -1;
    const late = performance.now() - this.#watchedMs > STUCK_MS; // the page slept: its own clock stood as well
    this.#watchedMs = performance.now();
    if (nowS !== this.#clockS || late) this.#movedMs = performance.now();
    this.#clockS = nowS;
  }

  /** Sound this kind now and again until told otherwise; null: silence, at once when `cut`, else after this burst. */
  sound(kind, { cut = true } = {}) {
    if (this.#proving && kind === null) return; // an alarm cuts a proof short, silence does not
    const changed = kind !== this.#kind;
    this.#kind = kind;
    if (kind === null || !this.can) {
      if (this.#burst && (cut || !this.can)) this.#stop();
      return;
    }
    if (changed) this.#stop();
    if (this.#burst && this.#context.currentTime < this.#nextS) return;
    this.#begin(kind);
  }

  /** Play one burst though no alarm asks for it, and measure what goes out. -> whether it was loud enough to be one. */
  async prove(kind) {
    if (this.#proving) return false;
    this.#proving = true;
    const out = (await this.#runs()) && this.#kind === null && (await this.#measured(kind)) > LOUD;
    this.#proving = false;
    if (this.#kind === null) this.#stop();
    return out;
  }

  /** Whether the audio clock moves: it may be slow to start, and a page that was late has not watched it. */
  async #runs() {
    const untilMs = performance.now() + STUCK_MS;
    const fromS = this.#context?.currentTime;
    do {
      await aMoment();
      this.watch();
      if (this.can && this.#context.currentTime > fromS) return true;
    } while (performance.now() < untilMs);
    return false;
  }

  /** The loudest sample of a burst, or of the alarm that cut it short. */
  async #measured(kind) {
    this.#stop();
    this.#begin(kind);
    const fromS = this.#context.currentTime + LEAD_S;
    let most = 0;
    do {
      await aMoment();
      this.watch();
      most = Math.max(most, this.#peakSince(fromS));
    } while (this.can && this.#burst && this.#context.currentTime < this.#burst.endsS);
    return most;
  }

  #peakSince(fromS) {
    this.#out.getFloatTimeDomainData(this.#wave);
    const samples = Math.ceil((this.#context.currentTime - fromS) * this.#context.sampleRate);
    const since = this.#wave.subarray(Math.max(0, SEEN - Math.max(0, samples)));
    return since.reduce((peak, one) => Math.max(peak, Math.abs(one)), 0);
  }

  #begin(kind) {
    this.#burst = playBurst(this.#context, this.#out, kind, this.#context.currentTime + LEAD_S);
    this.#nextS = this.#burst.endsS + BURSTS[kind].restS;
    this.#onBurst(kind);
  }

  #stop() {
    this.#burst?.stop();
    this.#burst = null;
    this.#nextS = 0;
  }
}
