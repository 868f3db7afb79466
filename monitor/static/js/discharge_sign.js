/* Signing: with the password, in a dialog that says what is signed; override, leaving against advice.
   Law: only the server discharges; the button is enabled when its last evaluation, not an old one, says it may be signed. */
import { all, fill, make, one, put, say } from "./dom.js";
import { Ask, report } from "./ask.js";
import { postOnce } from "./acts.js";
import { clockWords, dayWords, has, isOver, onTheWall, t } from "./words.js";

const APPROVED = "discharge approved";
const LEAVINGS = ["leave_against_advice", "transfer"];
const OVERRIDDEN = "discharge overridden"; // never a stored meaning: the words of an approval that has a reason
const meaningWords = (meaning) => (has(`meaning_${meaning}`) ? t(`meaning_${meaning}`) : meaning);
const meaningOf = ({ meaning, override_reason: reason }) => meaningWords(reason && meaning === APPROVED ? OVERRIDDEN : meaning);

const answersOf = (criteria) => Object.fromEntries(criteria.map(({ id, result }) => [id, result]));

/** What is still open, in words. */
export function openWords(criteria) {
  const open = criteria.filter((criterion) => criterion.result !== "met");
  return open.length ? t("open_words", { n: open.length, list: open.map((criterion) => criterion.title).join("; ") }) : t("all_met_words");
}

/** Which criteria turned, from what to what, with the evidence of now. */
function turnedList(changed) {
  if (!changed.length) return null;
  const line = ({ title, from, to, evidence }) => make("li", {}, make("b", {}, t("turned_line", { title, from: t(`result_${from}`), to: t(`result_${to}`) })), make("small.muted", {}, onTheWall(evidence, new Date())));
  return make("div.ask-review", { role: "alert", "data-testid": "turned" }, make("b", {}, t("turned")), make("ul", {}, ...changed.map(line)));
}

/** "+01:00" from 60. */
function offsetWords(minutes) {
  const size = Math.abs(minutes);
  const two = (number) => String(number).padStart(2, "0");
  return `${minutes < 0 ? "−" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** Who signed, when, with which meaning, and whether it still is what was signed. */
function signatureLine(signature) {
  const at = t("signed_at", { day: dayWords(signature.signed_at), time: clockWords(signature.signed_at), offset: offsetWords(signature.utc_offset_min) });
  const standing = signature.verified ? "verified" : signature.key_id ? "broken" : "unsigned";
  return make("li.signature", {},
    make("b", {}, signature.printed_name), make("span.muted", {}, ` ${signature.role.replaceAll("_", " ")} · ${at}`),
    make("p", {}, meaningOf(signature)),
    signature.override_reason ? make("p.muted", {}, t("signed_reason", { reason: signature.override_reason })) : "",
    make("p.signature-standing", { "data-standing": standing }, t(`signature_${standing}`, { why: signature.why, key: signature.key_id ?? "", digest: signature.digest.slice(0, 12) })));
}

export class Signing {
  #session;
  #acts;
  #role;
  #done;
  #evaluation = null;
  #head = null;
  #old = false;
  #opened = {};
  #seen = {};
  #turned = new Map();
  #signing = null;

  constructor(session, acts, role, done) {
    this.#session = session;
    this.#acts = acts;
    this.#role = role;
    this.#done = done;
    one("[data-act=sign]").addEventListener("click", () => this.#sign());
    one("[data-act=override]").addEventListener("click", () => this.#override());
    one("[data-act=addendum]").addEventListener("click", () => this.#add());
  }

  set head(head) {
    this.#head = head;
    this.#draw();
  }

  set old(old) {
    if (old === this.#old) return;
    this.#old = old;
    this.#draw();
  }

  show(evaluation) {
    this.#evaluation = evaluation;
    this.#draw();
    if (this.#signing?.element.open) this.#drawOpen();
  }

  #draw() {
    if (!this.#evaluation || !this.#head) return;
    const { can_sign: canSign, signatures, criteria } = this.#evaluation;
    const closed = isOver(this.#head);
    const observing = this.#head.state === "observing";
    put(one("[data-act=sign]"), "disabled", !canSign || !observing || this.#old);
    put(one("[data-act=override]"), "disabled", !observing || this.#old || canSign || this.#role !== "physician");
    put(one("[data-act=override]"), "title", this.#role === "physician" ? null : t("override_physician"));
    for (const name of LEAVINGS) put(one(`[data-act=${name}]`), "disabled", !this.#acts.allows(name));
    for (const name of ["sign", "override", ...LEAVINGS]) put(one(`[data-act=${name}]`), "hidden", closed);
    put(one("[data-act=addendum]"), "hidden", !closed || !this.#acts.allows("addendum"));
    for (const control of all("[data-score], [data-confirm]")) put(control, "disabled", closed);
    put(one("#discharge"), "data-over", closed);
    say(one("#sign-open"), this.#openWords(criteria, closed));
    this.#drawSigned(signatures);
  }

  #openWords(criteria, closed) {
    if (closed) return t(`over_${this.#head.state}`);
    if (this.#head.state !== "observing") return t("not_yet_words");
    return openWords(criteria);
  }

  #drawSigned(signatures) {
    put(one("#signed"), "hidden", signatures.length === 0);
    fill(one("#signatures"), ...signatures.map(signatureLine));
  }

  #sign() {
    const ask = Ask.named("sign");
    say(one("[data-meaning]", ask.element), t("meaning_shown", { meaning: meaningWords(APPROVED) }));
    this.#open(ask, (values) => this.#post("sign", { ...values, meaning: APPROVED }));
  }

  #override() {
    const ask = Ask.named("override");
    this.#open(ask, (values) => this.#post("override", { ...values, meaning: APPROVED }));
  }

  /** A signature speaks for what stood there when its dialog was opened, or for what a refusal has shown since. */
  #open(ask, submit) {
    this.#opened = this.#seen = answersOf(this.#evaluation.criteria);
    this.#turned.clear();
    this.#signing = ask;
    this.#drawOpen();
    ask.open({ submit });
  }

  /** What is open, and what has turned since the dialog was opened: said in it as it happens. */
  #drawOpen() {
    const { criteria } = this.#evaluation;
    for (const one of criteria) if (this.#opened[one.id] !== one.result) this.#turned.set(one.id, { ...one, from: this.#opened[one.id], to: one.result });
    fill(one("[data-open-criteria]", this.#signing.element), make("p", {}, openWords(criteria)), turnedList([...this.#turned.values()]));
  }

  #add() {
    const seen = this.#acts.version;
    Ask.named("addendum").open({
      seen,
      submit: async (values, version) => {
        const reply = await this.#acts.do("addendum", values, version);
        if (reply.ok) this.#done();
        return reply;
      },
    });
  }

  async #post(act, body) {
    const reply = await postOnce(`sessions/${this.#session}/discharge/${act}`, { ...body, seen: this.#seen });
    if (reply.ok) report(one("#sign-said"), t("signed_done"), "done");
    for (const change of reply.body.changed ?? []) {
      this.#seen = { ...this.#seen, [change.id]: change.to };
      this.#turned.set(change.id, change);
    }
    this.#done();
    if (!reply.ok) this.#drawOpen();
    return reply;
  }
}
