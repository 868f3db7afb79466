/* The alarm limits of one session: a table of what is in force, and the two dialogs that change it.
   Laws: the figures are the server's, asked for when the table is opened and after every change; a change is read back in
   words with its old value before it is sent, under the version of the table the person looked at. */
import { get } from "./api.js";
import { Ask, report } from "./ask.js";
import { all, one, put, say } from "./dom.js";
import { decimals } from "./phrases.js";
import { t, timeWords } from "./words.js";

const SIGN = { high: [">", "≥"], low: ["<", "≤"] };

/** A limit with its comparison: "< 90", "≥ 180", "+4 within 60 s". */
function limitOf(rule, level, limit) {
  if (level.change !== null) return `${rule.direction === "high" ? "+" : "−"}${level.change}`;
  return limit === null ? "–" : decimals(`${SIGN[rule.direction][level.inclusive ? 1 : 0]} ${Number(limit.toFixed(1))}`);
}

export class LimitsPanel {
  #session;
  #acts;
  #role;
  #dialog = one("#limits");
  #change = Ask.named("limits_change");
  #reset = Ask.named("limits_reset");
  #rules = new Map();
  #version = 0;

  constructor(session, acts, role) {
    this.#session = session;
    this.#acts = acts;
    this.#role = role;
    one("[data-close]", this.#dialog).addEventListener("click", () => this.#dialog.close());
    for (const button of all("[data-change]", this.#dialog)) button.addEventListener("click", () => this.#ask(button.dataset.change));
    for (const button of all("[data-take-back]", this.#dialog)) button.addEventListener("click", () => this.#askBack(button.dataset.takeBack));
  }

  async open() {
    this.#dialog.showModal();
    await this.load();
  }

  /** The session changed while the table is open: a limit may have been moved by somebody else. */
  changed() {
    if (this.#dialog.open) this.load();
  }

  /** What the session allows may have changed. */
  gate() {
    for (const rule of this.#rules.values()) this.#draw(rule);
  }

  async load() {
    const reply = await get(`sessions/${this.#session}/limits`);
    report(one(".said", this.#dialog), reply.ok ? "" : t("load_failed"));
    if (!reply.ok) return;
    this.#version = reply.body.version;
    for (const rule of reply.body.rules) {
      this.#rules.set(rule.rule, rule);
      this.#draw(rule);
    }
  }

  #draw(rule) {
    const body = one(`[data-rule="${rule.rule}"]`, this.#dialog);
    if (!body) return;
    put(body, "data-changed", rule.changed);
    const back = one("[data-take-back]", body);
    if (back) put(back, "hidden", !rule.changed);
    const why = this.#acts.hindrance("change_limits");
    for (const button of all("button", body)) {
      put(button, "disabled", why !== "");
      put(button, "title", why || null);
    }
    for (const level of rule.levels) {
      const row = one(`[data-level="${level.priority}"]`, body);
      say(one("[data-in-force]", row), limitOf(rule, level, level.limit));
      say(one("[data-policy]", row), rule.kind === "absolute" ? limitOf(rule, level, level.policy_limit) : "");
      say(one("[data-may-be]", row), this.#mayBe(level));
      say(one("[data-own]", row), level.own ? t("limit_own_by", { by: level.own.by, at: timeWords(level.own.at), reason: level.own.reason }) : "");
      put(row, "data-changed", level.own !== null);
    }
  }

  #mayBe(level) {
    if (!level.adjustable) return t("limit_fixed");
    return level.low > level.high ? "–" : t("limit_both", { low: level.low, high: level.high });
  }

  #may(level) {
    return level.adjustable && (!level.physician || this.#role === "physician");
  }

  #ask(id) {
    const rule = this.#rules.get(id);
    if (!rule) return;
    const seen = this.#version;
    this.#change.open({
      confirm: (values) => this.#words(rule, this.#wanted(rule, values)),
      submit: (values) => this.#send("change_limits", { rule: id, limits: this.#wanted(rule, values), reason: values.reason }, seen),
    });
    const form = this.#change.element;
    say(one("h2", form), t("limits_of", { rule: rule.words }));
    for (const field of all("[data-limit-field]", form)) {
      const level = rule.levels.find((known) => known.priority === field.dataset.limitField);
      const input = one("input", field);
      put(field, "hidden", !level);
      put(input, "disabled", !level || !this.#may(level));
      input.value = level && level.limit !== null ? String(level.limit) : "";
      say(one(".unit", field), one(`[data-rule="${id}"]`, this.#dialog).dataset.unit);
      say(one("[data-limit-hint]", field), level ? this.#hint(level) : "");
    }
    one("input:not([disabled])", form)?.focus();
  }

  #hint(level) {
    if (!level.adjustable) return t("limit_fixed");
    return this.#may(level) ? t("limit_may_be", { range: this.#mayBe(level), policy: level.policy_limit }) : t("only_physician");
  }

  /** Only what differs from what is in force is asked for. */
  #wanted(rule, values) {
    const moved = rule.levels.filter((level) => this.#may(level) && values[level.priority] !== null && values[level.priority] !== level.limit);
    return Object.fromEntries(moved.map((level) => [level.priority, values[level.priority]]));
  }

  #words(rule, wanted) {
    const unit = one(`[data-rule="${rule.rule}"]`, this.#dialog).dataset.unit;
    const moves = rule.levels.filter((level) => level.priority in wanted);
    if (!moves.length) return t("limits_unchanged");
    const said = moves.map((level) => t("limit_moves", { priority: t(`priority_${level.priority}`), old: level.limit, new: wanted[level.priority], unit }));
    return `${rule.words}: ${said.join(", ")}`;
  }

  #askBack(id) {
    const rule = this.#rules.get(id);
    if (!rule) return;
    const seen = this.#version;
    const own = rule.levels.filter((level) => level.own !== null);
    this.#reset.open({
      confirm: () => `${rule.words}: ${own.map((level) => t("limit_moves", { priority: t(`priority_${level.priority}`), old: level.limit, new: level.policy_limit, unit: "" }).trim()).join(", ")}`,
      submit: (values) => this.#send("change_limits", { rule: id, reset: true, reason: values.reason }, seen),
    });
  }

  async #send(event, details, seen) {
    const reply = await this.#acts.do(event, details, seen);
    await this.load();
    return reply;
  }
}
