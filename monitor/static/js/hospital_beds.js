/* Beds the hospital names in its admissions that are no chair's here. Law: counted and shown, never dropped in silence. */
import { all, fill, make, one, put, say } from "./dom.js";
import { inert } from "./inert.js";
import { dayTimeWords, t } from "./words.js";

const FIRST = 10; // rows before somebody asks for all

export class HospitalBeds {
  path = "hospital-beds";
  #binding;
  #whole = false;
  #last = null;

  constructor(binding) {
    this.#binding = binding;
    one("#beds-more").addEventListener("click", () => {
      this.#whole = true;
      this.show(this.#last);
    });
  }

  show({ beds }) {
    this.#last = { beds };
    const unknown = beds.filter(({ chair }) => chair === null);
    put(one("#beds-section"), "hidden", !unknown.length);
    say(one("#beds-count"), t(unknown.length === 1 ? "beds_1" : "beds_n", { n: unknown.length }));
    const listed = this.#whole ? unknown : unknown.slice(0, FIRST);
    const key = JSON.stringify(listed);
    const root = one("#beds-rows");
    if (root.dataset.shown !== key) {
      const at = all("button", root).indexOf(document.activeElement);
      fill(root, ...listed.map((bed) => this.#row(bed)));
      if (at >= 0) all("button", root)[at]?.focus({ preventScroll: true });
      put(root, "data-shown", key);
    }
    put(one("#beds-more"), "hidden", this.#whole || unknown.length <= FIRST);
    say(one("#beds-more"), t("show_all", { n: unknown.length }));
  }

  #row({ bed, source, count, first_at: first, last_at: last }) {
    const facts = make("div.device-facts", {}, make("span", {}, source ? t("from_source", { source: inert(source) }) : t("no_source")));
    facts.append(make("small", {}, `${count === 1 ? t("messages_1") : t("messages_n", { n: count })} · ${t("since_until", { first: dayTimeWords(first), last: dayTimeWords(last) })}`));
    const open = () => this.#binding.open({ bed, source, device_id: null });
    const act = this.#binding ? make("button", { type: "button", "aria-label": t("bind_label", { bed: inert(bed) }), onclick: open }, t("bind")) : null;
    return make("li.device-row", { "data-testid": "bed-row" }, make("b", {}, make("bdi", {}, t("bed", { bed: inert(bed) }))), facts, make("div.device-acts", {}, act));
  }
}
