/* Which window of a station sounds, when one browser shows several.
   Laws: one and only one; a window that can sound goes before one that cannot, one in sight before a hidden one; whoever is not
   heard for 1.5 s (closed, frozen) is replaced, so that silence lasts less than 2 s. A browser without these means lets every
   window sound: twice is better than never. */
import { requestId } from "./api.js";

const GONE_MS = 1500;
const BEAT_MS = 400;

export class SoundOwner {
  #name;
  #me = requestId();
  #channel = null;
  #release = null;
  #heardMs = performance.now();
  #beatMs = 0;
  #theirRank = Infinity; // until it says so itself
  #taking = false;
  rank = 0;

  /** name: the station; windows of one station share one sound. */
  constructor(name) {
    this.#name = `sound:${name}`;
    if (!this.#shared) return;
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.addEventListener("message", ({ data }) => this.#heard(data));
    addEventListener("pagehide", () => this.#channel.postMessage({ from: this.#me, gone: true }));
    this.#take({ steal: false });
  }

  get #shared() {
    return Boolean(navigator.locks && globalThis.BroadcastChannel);
  }

  /** Whether this window is the one that sounds. */
  get mine() {
    return !this.#shared || this.#release !== null;
  }

  /** Whether the window that sounds has said that it can. */
  get otherCan() {
    return !this.mine && this.#theirRank >= 2 && this.#theirRank < Infinity;
  }

  /** Tell or look after the owner; call at every tick. can: whether this window's sound comes out. */
  tick(can) {
    this.rank = (can ? 2 : 0) + (document.visibilityState === "visible" ? 1 : 0);
    if (!this.#shared) return;
    const now = performance.now();
    if (this.mine && now - this.#beatMs > BEAT_MS) {
      this.#beatMs = now;
      this.#channel.postMessage({ from: this.#me, rank: this.rank });
    }
    if (!this.mine && (now - this.#heardMs > GONE_MS || this.rank > this.#theirRank)) this.#take({ steal: true });
  }

  #heard({ from, rank, gone }) {
    if (from === this.#me) return;
    if (gone) this.#heardMs = -GONE_MS;
    else {
      this.#heardMs = performance.now();
      this.#theirRank = rank;
    }
  }

  /** The lock is held until another window takes it; a frozen window that wakes finds it gone. */
  async #take({ steal }) {
    if (this.#taking) return;
    this.#taking = true;
    try {
      await navigator.locks.request(this.#name, steal ? { steal: true } : { ifAvailable: true }, (lock) => {
        this.#taking = false;
        if (!lock) return undefined;
        return new Promise((resolve) => (this.#release = resolve));
      });
    } catch (error) {
      if (error?.name !== "AbortError") throw error; // another window took it
      this.#heardMs = performance.now();
      this.#theirRank = Infinity;
    } finally {
      this.#release = null;
      this.#taking = false;
    }
  }
}
