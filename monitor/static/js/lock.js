/* The lock of the sign-in: says when it comes, takes names and acts off the page while it holds, opens it with PIN or password.
   Laws: numbers, alarms and their sound go on untouched; only a real hand or key counts as somebody being here; the server
   decides whether it is locked, and refuses by itself what this page no longer shows. */
import { get, post, refusal } from "./api.js";
import { all, one, put, say } from "./dom.js";
import { giveBack, takeAway } from "./lock_aside.js";
import "./draft.js"; // whoever signs in here is shown no draft of anybody else
import { t } from "./words.js";

const TELL_MS = 15_000;
const WARN_S = 60;
const ENDS_SOON_S = 900;
const HANDS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];
const FREE = "#lock-bar, #sound-off"; // what may be pressed while it is locked

class Lock {
  #bar = one("#lock-bar");
  #warning = one("#lock-warning");
  #pin = one("#lock-pin");
  #password = one("#lock-password");
  #locked = document.body.dataset.locked === "true";
  #lockMs = Infinity;
  #endsMs = Infinity;
  #toldMs = -TELL_MS;
  #telling = null;
  #asked = false;

  constructor() {
    for (const name of HANDS) addEventListener(name, (event) => event.isTrusted && this.#hand(event), { passive: true, capture: true });
    for (const name of ["click", "submit"]) addEventListener(name, (event) => this.#pressed(event), { capture: true });
    document.addEventListener("sign-in-lock", (event) => this.#turn(event.detail.locked));
    one("#lock-now").addEventListener("click", () => this.#ask("sign-in/lock"));
    one("#lock-way").addEventListener("click", () => this.#byPassword(this.#password.hidden));
    this.#bar.addEventListener("submit", (event) => (event.preventDefault(), this.#open()));
    setInterval(() => this.#tick(), 1000);
    this.#show(this.#locked);
    this.#look();
  }

  async #look() {
    this.#stands(await get("sign-in"));
  }

  async #ask(path, body = {}) {
    const reply = await post(path, body);
    this.#stands(reply);
    return reply;
  }

  #stands({ ok, status, body }) {
    if (status === 423) return void this.#turn(true);
    if (!ok) return;
    const now = performance.now();
    this.#lockMs = now + body.lock_in_s * 1000;
    this.#endsMs = now + body.ends_in_s * 1000;
    this.#asked = false;
    if (body.locked) this.#byPassword(body.password_needed);
    put(one("#lock-way"), "hidden", body.password_needed);
    this.#turn(body.locked);
  }

  /** A hand or a key: said at once, then at most every 15 s, the last one too. */
  #hand(event) {
    if (this.#locked) {
      if (event.type === "keydown" && !event.target.closest?.(FREE)) this.#field().focus();
      return;
    }
    const wait = this.#toldMs + TELL_MS - performance.now();
    this.#telling ??= setTimeout(() => this.#tell(), Math.max(0, wait));
  }

  #tell() {
    this.#telling = null;
    if (this.#locked) return;
    this.#toldMs = performance.now();
    this.#ask("sign-in/activity");
  }

  /** Nothing is pressed on a locked page but what opens it and the sound; what was meant is asked for after unlocking. */
  #pressed(event) {
    if (!this.#locked || event.target.closest?.(FREE)) return;
    event.preventDefault();
    event.stopPropagation();
    say(one("#lock-said"), t("unlock_to_act"));
    this.#field().focus();
  }

  async #open() {
    const field = this.#field();
    const secret = field.value;
    if (!secret) return;
    field.value = "";
    say(one("#lock-said"), t("unlocking"));
    const reply = await this.#ask("sign-in/unlock", field === this.#pin ? { pin: secret } : { password: secret });
    say(one("#lock-said"), reply.ok ? "" : refusal(reply));
    if (!reply.ok) {
      await this.#look();
      this.#field().focus();
    }
  }

  #field() {
    return this.#password.hidden ? this.#pin : this.#password;
  }

  #byPassword(wanted) {
    put(this.#pin, "hidden", wanted);
    put(this.#password, "hidden", !wanted);
    say(one("#lock-way"), t(wanted ? "lock_by_pin" : "lock_by_password"));
    if (this.#locked) this.#field().focus();
  }

  #turn(locked) {
    if (locked === this.#locked) return;
    this.#locked = locked;
    this.#show(locked);
    document.dispatchEvent(new CustomEvent("sign-in-turned"));
    if (locked) this.#look();
    else this.#opened();
  }

  /** A page that was asked for while it was locked is gone to now. */
  #opened() {
    say(one("#lock-said"), "");
    const next = new URLSearchParams(location.search).get("next");
    if (next?.startsWith("/") && !next.startsWith("//") && !next.includes("\\")) location.assign(next);
  }

  #show(locked) {
    if (locked) for (const dialog of all("dialog[open]")) dialog.close();
    if (locked) for (const menu of all(".top details[open]")) put(menu, "open", false);
    if (locked) takeAway();
    else giveBack();
    put(document.body, "data-locked", locked ? "true" : null);
    put(this.#bar, "hidden", !locked);
    put(this.#warning, "hidden", true);
    if (locked) this.#field().focus();
  }

  #tick() {
    if (this.#locked) return;
    const now = performance.now();
    const lockS = Math.ceil((this.#lockMs - now) / 1000);
    const endsS = Math.ceil((this.#endsMs - now) / 1000);
    if (lockS <= WARN_S && !this.#asked) {
      this.#asked = true; // another window may have seen somebody: the server knows
      this.#look().then(() => (this.#asked = this.#lockMs - performance.now() <= WARN_S * 1000));
      return;
    }
    if (lockS <= 0) return void (lockS % 5 === 0 && this.#look());
    const words = lockS <= WARN_S ? t("locks_in", { n: lockS }) : endsS <= ENDS_SOON_S ? t("ends_in", { n: Math.max(1, Math.ceil(endsS / 60)) }) : "";
    say(this.#warning, words);
    put(this.#warning, "hidden", !words);
  }
}

if (one("#lock-bar")) new Lock();
