/* Moves an appointment: dragged, by Shift with the arrows, or by the form alone.
   Laws: all three end in the same form, and nothing moves before it is sent; the version is the one that was on the screen;
   a refusal stays in the form with what was typed, and offers the free time the server named. */
import { one, fill, make, put, say } from "./dom.js";
import { postOnce } from "./acts.js";
import { report } from "./ask.js";
import { drawGhost, spanOf } from "./day_grid.js";
import { dayTimeWords, localParts, t, zonedIso } from "./words.js";

const FAR_ENOUGH_PX = 6;
const ms = (at) => new Date(at).getTime();

export class Mover {
  #grid;
  #plan = () => null;
  #moved;
  #ghost = null;
  #visit = null;
  #dialog = one("#move");
  #form = one("#move form");

  /** plan() -> the day as shown; moved(words) after the server has stored it. */
  constructor(grid, plan, moved) {
    this.#grid = grid;
    this.#plan = plan;
    this.#moved = moved;
    grid.addEventListener("keydown", (event) => this.#key(event));
    grid.addEventListener("pointerdown", (event) => this.#grab(event));
    this.#form.addEventListener("submit", (event) => (event.preventDefault(), this.#send()));
    one("[data-back]", this.#dialog).addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => this.#drop());
    this.#form.elements.chair.addEventListener("change", () => this.#warn());
    one("#move-free").addEventListener("click", (event) => this.#fill(Number(event.currentTarget.dataset.at)));
  }

  get busy() {
    return this.#ghost !== null || this.#dialog.open;
  }

  /** Ask where to; the form begins at the ghost, or where the appointment lies. */
  open(visit) {
    this.#visit = visit;
    const ghost = this.#ghost ?? { chair: visit.chair_id, at: ms(visit.scheduled_for) };
    const { chair } = this.#form.elements;
    this.#form.reset();
    fill(chair, ...this.#plan().chairs.map(({ id, name, bed }) => make("option", { value: id }, bed ? name : `${name} · ${t("no_monitor")}`)));
    chair.value = String(ghost.chair);
    say(one("#move-who"), `${visit.patient_name} · ${t("chair", { chair: visit.chair })}, ${dayTimeWords(visit.scheduled_for)}`);
    this.#fill(ghost.at);
    this.#warn();
    this.#dialog.showModal();
    chair.focus();
  }

  #fill(at) {
    const { day, time } = localParts(new Date(at));
    this.#form.elements.on.value = day;
    this.#form.elements.at.value = time;
    put(one("#move-free"), "hidden", true);
    report(one(".said", this.#form), "");
  }

  #warn() {
    const chair = this.#plan().chairs.find((known) => String(known.id) === this.#form.elements.chair.value);
    say(one("#move-warns"), chair && !chair.bed ? t("no_monitor_warning") : "");
  }

  async #send() {
    const { chair, on, at, reason } = this.#form.elements;
    const said = one(".said", this.#form);
    if (!chair.value || !on.checkValidity() || !on.value || !at.value) return void report(said, t("fill_in"));
    const go = one("[data-go]", this.#form);
    put(go, "disabled", true);
    report(said, t("sending"), "");
    const body = { event: "reschedule", expected_version: this.#visit.version, chair_id: Number(chair.value), scheduled_for: zonedIso(on.value, at.value) };
    if (reason.value.trim()) body.reason = reason.value.trim();
    const reply = await postOnce(`sessions/${this.#visit.id}/events`, body);
    put(go, "disabled", false);
    if (reply.ok) {
      this.#drop(); // before the day is asked for again: nothing is drawn anew while something is being moved
      this.#dialog.close();
      return void this.#moved(t("moved"));
    }
    const freeAt = reply.body.current?.free_at;
    report(said, freeAt ? reply.body.message : reply.words);
    const missing = reply.body.missing ?? [];
    const mayPass = missing.includes("reason") && !missing.includes("physician"); // nearer than its series plans
    put(reason, "aria-invalid", mayPass ? "true" : null);
    if (mayPass) reason.focus();
    put(one("#move-free"), "hidden", !freeAt);
    if (!freeAt) return;
    one("#move-free").dataset.at = ms(freeAt);
    say(one("#move-free"), t("take_free", { time: dayTimeWords(freeAt) }));
    one("#move-free").focus();
  }

  #visitOf(element) {
    const id = Number(element.closest?.(".visit[data-movable]")?.dataset.session);
    return this.#plan().sessions.find((known) => known.id === id) ?? null;
  }

  #lift(visit) {
    if (this.#ghost?.id === visit.id) return;
    const length = ms(visit.parts.at(-1).until_at) - ms(visit.parts[0].from_at);
    this.#ghost = { id: visit.id, chair: visit.chair_id, at: ms(visit.scheduled_for), length };
  }

  #drop() {
    this.#ghost = null;
    drawGhost(this.#grid, this.#plan(), null);
  }

  #key(event) {
    const visit = this.#visitOf(event.target);
    if (!visit) return;
    if (event.key === "Escape" && this.#ghost) return void (event.preventDefault(), this.#drop());
    if (event.key === "Enter" && this.#ghost?.id === visit.id) return void (event.preventDefault(), this.open(visit));
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step || !event.shiftKey) return;
    event.preventDefault();
    this.#lift(visit);
    const { chairs, step_s: stepS } = this.#plan();
    const row = chairs.findIndex(({ id }) => id === this.#ghost.chair) + step[1];
    this.#ghost = { ...this.#ghost, at: this.#ghost.at + step[0] * stepS * 1000, chair: chairs[Math.min(chairs.length - 1, Math.max(0, row))].id };
    drawGhost(this.#grid, this.#plan(), this.#ghost);
  }

  /** A mouse takes it anywhere; a finger by its grip, so that it can still scroll. */
  #grab(event) {
    const visit = this.#visitOf(event.target);
    if (!visit || event.button !== 0 || (event.pointerType === "touch" && !event.target.closest(".visit-grip"))) return;
    const [button, from] = [event.target.closest(".visit"), event.clientX];
    let dragged = false;
    const move = (next) => {
      if (!dragged && Math.hypot(next.clientX - from, next.clientY - event.clientY) < FAR_ENOUGH_PX) return;
      dragged = true;
      this.#over(visit, next, from);
    };
    const end = (last) => {
      for (const [name, heard] of [["pointermove", move], ["pointerup", end], ["pointercancel", end]]) button.removeEventListener(name, heard);
      if (!dragged) return;
      button.addEventListener("click", (click) => click.stopPropagation(), { capture: true, once: true });
      if (last.type === "pointerup") this.open(visit);
      else this.#drop();
    };
    button.setPointerCapture(event.pointerId);
    for (const [name, heard] of [["pointermove", move], ["pointerup", end], ["pointercancel", end]]) button.addEventListener(name, heard);
  }

  #over(visit, { clientX, clientY }, from) {
    this.#lift(visit);
    const track = document.elementsFromPoint(clientX, clientY).map((found) => found.closest?.(".day-track[data-chair]")).find(Boolean);
    const span = spanOf(this.#plan());
    const wide = one(".day-track", this.#grid).getBoundingClientRect().width;
    const stepMs = this.#plan().step_s * 1000;
    const at = ms(visit.scheduled_for) + ((clientX - from) / wide) * (span.until - span.from);
    this.#ghost = { ...this.#ghost, at: Math.round(at / stepMs) * stepMs, chair: track ? Number(track.dataset.chair) : this.#ghost.chair };
    drawGhost(this.#grid, this.#plan(), this.#ghost);
  }
}
