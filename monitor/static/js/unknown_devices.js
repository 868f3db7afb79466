/* Devices that send to nobody, and monitors that name another patient than the one in their chair. */
import { all, fill, make, one, put, say } from "./dom.js";
import { inert } from "./inert.js";
import { waitingOf } from "./late_assignment.js";
import { dayWords, t, timeWords } from "./words.js";

const FIRST = 10; // rows before somebody asks for all
const SENDING_MS = 30_000;
const isOtherPatient = (group) => group.reason_code === "other_patient";

const keyOf = (group) => JSON.stringify([group.source, group.bed, group.device_id ?? null, group.patient_id, group.reason]);
const momentWords = (at, now) => (dayWords(at) === dayWords(now) ? timeWords(at) : t("day_time", { day: dayWords(at), time: timeWords(at) }));

export class UnknownDevices {
  #binding;
  #assigning;
  #whole = false;
  #last = null;

  /** The dialogs; null where the role may not. */
  constructor(binding, assigning) {
    this.#binding = binding;
    this.#assigning = assigning;
    one("#unknown-more").addEventListener("click", () => {
      this.#whole = true;
      this.show(...this.#last);
    });
  }

  show(groups, chairs, now) {
    this.#last = [groups, chairs, now];
    const mismatches = groups.filter(isOtherPatient);
    const unknown = groups.filter((group) => !isOtherPatient(group));
    put(one("#mismatch-section"), "hidden", mismatches.length === 0);
    this.#draw(one("#mismatch-rows"), mismatches, chairs, now);
    this.#draw(one("#unknown-rows"), this.#whole ? unknown : unknown.slice(0, FIRST), chairs, now);
    say(one("#mismatch-count"), mismatches.length);
    say(one("#unknown-count"), unknown.length === 1 ? t("devices_1") : t("devices_n", { n: unknown.length }));
    const more = one("#unknown-more");
    put(more, "hidden", this.#whole || unknown.length <= FIRST);
    say(more, t("show_all", { n: unknown.length }));
    if (!unknown.length) fill(one("#unknown-rows"), make("li.calm", { "data-testid": "no-unknown" }, make("b", {}, t("unknown_none")), make("span", {}, t("unknown_none_more"))));
  }

  /** Rows are made once and only their texts change, so that focus stays where a person put it. */
  #draw(root, groups, chairs, now) {
    const known = new Map(all("[data-key]", root).map((row) => [row.dataset.key, row]));
    const rows = groups.map((group) => {
      const row = known.get(keyOf(group)) ?? this.#row(group);
      this.#tell(row, group, chairs, now);
      return row;
    });
    if (rows.length === root.children.length && rows.every((row, n) => root.children[n] === row)) return;
    const focused = document.activeElement;
    fill(root, ...rows);
    if (focused instanceof HTMLElement && root.contains(focused)) focused.focus({ preventScroll: true });
  }

  #row(group) {
    const title = make("b", {}, make("bdi", {}, group.bed ? t("bed", { bed: inert(group.bed) }) : t("no_bed")));
    const facts = make("div.device-facts", {}, make("span", { "data-part": "from" }), make("small", { "data-part": "count" }), make("small", { "data-part": "state" }));
    return make("li.device-row", { "data-key": keyOf(group), "data-testid": "device-row" }, title, facts, make("div.device-acts"));
  }

  #tell(row, group, chairs, now) {
    const from = [group.source ? t("from_source", { source: inert(group.source) }) : t("no_source")];
    if (group.device_id) from.push(t("device_named", { id: inert(group.device_id) }));
    if (group.equipment) from.push(inert(group.equipment));
    if (group.patient_id) from.push(t("names_patient", { id: inert(group.patient_id) }));
    const count = group.count === 1 ? t("messages_1") : t("messages_n", { n: group.count });
    const moments = t("since_until", { first: momentWords(group.first_at, now), last: momentWords(group.last_at, now) });
    const speaks = [group.bed, group.device_id].filter((one) => one !== null);
    const chair = chairs.find((one) => speaks.includes(one.bed) || one.devices.some(({ identifier }) => speaks.includes(identifier)));
    const mismatch = isOtherPatient(group);
    if (group.vitals.length) from.push(t("sends", { list: group.vitals.join(", ") }));
    say(one("[data-part=from]", row), from.join(" · "));
    say(one("[data-part=count]", row), [count, moments, group.assigned ? t("assigned_n", { n: group.assigned }) : ""].filter(Boolean).join(" · "));
    say(one("[data-part=state]", row), stateWords(group, mismatch, chair, now));
    this.#act(one(".device-acts", row), group, mismatch || chair !== undefined);
  }

  #act(root, group, isKnown) {
    const bind = isKnown ? "" : !(group.bed || group.device_id) ? "needs_bed" : this.#binding ? "bind" : "role";
    const assign = this.#assigning && waitingOf(group) > 0 ? "assign" : "";
    const state = `${bind} ${assign}`;
    root.group = group;
    if (root.dataset.state === state) return;
    put(root, "data-state", state);
    const name = inert(group.bed ?? group.device_id ?? "");
    const press = (label, said, act) => make("button", { type: "button", "aria-label": t(label, { bed: name }), onclick: act }, t(said));
    fill(
      root,
      bind === "bind" ? press("bind_label", "bind", () => this.#binding.open(root.group)) : bind ? make("p", {}, t(`bind_${bind}`)) : null,
      assign ? press("assign_label", "assign", () => this.#assigning.open(root.group)) : null,
    );
  }
}

function stateWords(group, mismatch, chair, now) {
  const known = mismatch ? "bind_chair" : waitingOf(group) ? "bound_now" : "bound_all";
  const where = chair ? [t(known, { chair: inert(chair.name) })] : [];
  if ((mismatch || !chair) && now - Date.parse(group.last_at) < SENDING_MS) where.push(t("sending_now"));
  return where.join(" · ");
}
