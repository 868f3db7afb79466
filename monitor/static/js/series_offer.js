/* The order of the session's series, offered while a session is prepared.
   Laws: it is taken over by a person's hand, never by itself; what is taken over is what was shown, else the server says so. */
import { Ask, report } from "./ask.js";
import { get } from "./api.js";
import { one, put, say } from "./dom.js";
import { FORMS, orderSums, orderWords } from "./order_sums.js";
import { decimals } from "./phrases.js";
import { dayTimeWords, t } from "./words.js";

export class SeriesOffer {
  #box = one("#series-offer");
  #acts;
  #done;
  #head = null;
  #series = null;
  #told = null;

  constructor(acts, done) {
    this.#acts = acts;
    this.#done = done;
    one("[data-act=adopt_order]", this.#box).addEventListener("click", () => this.#adopt());
  }

  /** The newest head; the series' order is asked for when the session's series or version changed. */
  show(head) {
    const series = head.series === undefined ? this.#series : head.series?.id ?? null; // only a whole picture says it
    const again = series !== this.#series || head.version !== this.#head?.version;
    this.#head = head;
    this.#series = series;
    put(this.#box, "hidden", series === null);
    if (series !== null && again) this.#load();
    else if (series !== null) this.#draw();
  }

  async #load() {
    const reply = await get(`series/${this.#series}/orders`);
    if (reply.ok) this.#told = reply.body;
    this.#draw();
  }

  get #order() {
    return this.#told?.orders[0] ?? null;
  }

  #words() {
    const { ordered, printed_name: by, signed_at: at } = this.#order;
    const form = Object.keys(FORMS).find((name) => ordered[name] > 0);
    const order = orderWords({ form, amount: ordered[form], over_min: ordered.over_min });
    return decimals(t("series_order", { order, concentration: ordered.concentration_mg_per_ml, by, at: dayTimeWords(at) }));
  }

  #draw() {
    if (!this.#told) return;
    const { accepted, series } = this.#told;
    const button = one("[data-act=adopt_order]", this.#box);
    say(one("[data-offer]", this.#box), this.#order ? this.#words() : t("series_no_order"));
    const consulted = one("[data-consultation]", this.#box);
    put(consulted, "href", `/patients/${series.patient_id}/consultation`);
    say(consulted, t(accepted ? "consultation_accepts" : "consultation_missing"));
    put(one("[data-series-order]", this.#box), "href", `/series/${series.id}/order`);
    put(one("[data-outcome]", this.#box), "href", `/series/${series.id}`);
    put(button, "hidden", !this.#order);
    put(button, "disabled", !this.#acts.allows("adopt_order"));
  }

  #adopt() {
    const { id, ordered } = this.#order;
    const sums = orderSums(ordered, this.#head.weight_kg);
    const ask = Ask.named("confirm");
    const comes = sums ? t("series_comes_to", { weight: this.#head.weight_kg, mg: sums.mg.toFixed(1), ml: sums.ml.toFixed(1), rate: sums.ml_per_h.toFixed(1) }) : t("needs_weight");
    say(one("[data-words]", ask.element), `${this.#words()} ${decimals(comes)}`);
    const seen = this.#acts.version;
    ask.open({
      submit: async (asked) => {
        const reply = await this.#acts.do("adopt_order", { series_order: id, ...ordered, ...asked }, seen);
        report(one("[data-said]", this.#box), reply.ok ? reply.words : "", "done");
        if (reply.ok) this.#done();
        if (reply.status === 409) this.#load();
        return reply;
      },
    });
  }
}
