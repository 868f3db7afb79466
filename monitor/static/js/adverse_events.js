/* Adverse events of one session: what stands, what is open, and the dialogs that record, correct and end one.
   Law: nothing here judges: a symptom is offered as an adverse event, a person decides; what is shown is the record's. */
import { get } from "./api.js";
import { Ask, report } from "./ask.js";
import { all, block, fill, make, one, put, say } from "./dom.js";
import { dayTimeWords, has, lastTime, localParts, t, timeWords } from "./words.js";

const FROM_GRADE = 2; // a symptom of this grade is offered as an adverse event
const TERMS = new Map(block("adverse-terms").map?.((term) => [term.id, term]) ?? []);
const OTHER_GRADES = [1, 2, 3, 4].map((grade) => ({ grade, words: "" }));
const BEDSIDE = { drowsiness: "somnolence", itching: "pruritus" };
const termOf = (symptom) => BEDSIDE[symptom] ?? symptom;

export class AdverseEvents {
  #session;
  #acts;
  #now;
  #seen = null;
  #found = [];
  #symptoms = [];
  #ask = Ask.named("adverse_event");
  #editing = null;

  constructor(session, acts, now) {
    this.#session = session;
    this.#acts = acts;
    this.#now = now;
    const dialog = this.#ask.element;
    one("[data-act=record_adverse_event]").addEventListener("click", () => this.open());
    for (const name of ["term", "grade"]) one(`[name=${name}]`, dialog).addEventListener("change", () => this.#follow(name));
    for (const box of all("[data-serious]", dialog)) box.addEventListener("change", () => this.#follow("serious"));
    one("#adverse-strike").addEventListener("click", () => {
      dialog.close();
      this.#strike(this.#editing);
    });
  }

  /** The head of the session: what may be done, and whether the record has gone on. */
  showHead(head) {
    put(one("[data-act=record_adverse_event]"), "disabled", !this.#acts.allows("record_adverse_event"));
    if (head.version === this.#seen) return;
    this.#seen = head.version;
    this.load();
  }

  /** Symptoms that stand, from the session's events: the newest word on each. */
  showEvents(events) {
    if (!events) return;
    const told = events.filter((event) => event.entry === "symptom" && event.stands);
    this.#symptoms = told.sort((a, b) => Date.parse(a.happened_at) - Date.parse(b.happened_at));
    this.#draw();
  }

  async load() {
    const reply = await get(`sessions/${this.#session}/adverse-events`);
    if (!reply.ok) return void report(one("#adverse-said"), t("load_failed"));
    report(one("#adverse-said"), "");
    this.#found = reply.body;
    this.#draw();
  }

  /** Record one, filled in from a symptom that was charted when there is one. */
  open(symptom = null) {
    this.#editing = null;
    this.#openWith({ term: symptom ? termOf(symptom.says.symptom) : "nausea", grade: symptom?.says.grade ?? 1, onset_at: symptom?.happened_at ?? this.#now(), serious: [] });
  }

  /** Correct one, by the entry of the session's list or by its id. */
  correct(entry) {
    const found = this.#found.find((event) => event.id === entry.id) ?? { ...entry.says, onset_at: entry.happened_at };
    this.#editing = { id: entry.id, title: found.title ?? entry.words };
    this.#openWith(found);
    put(one("[data-rail=correction]", this.#ask.element), "hidden", false);
  }

  #openWith(event) {
    const dialog = this.#ask.element;
    this.#ask.open({ seen: this.#acts.version, submit: (values, seen) => this.#send(values, seen, event.onset_at) });
    const known = TERMS.has(event.term);
    one("[name=term]", dialog).value = known ? event.term : "other";
    one("[name=other]", dialog).value = known ? "" : event.term;
    this.#ofOver(dialog);
    this.#follow("term");
    one("[name=grade]", dialog).value = event.grade;
    for (const name of ["relation", "action", "description"]) if (event[name]) one(`[name=${name}]`, dialog).value = event[name];
    for (const box of all("[data-serious]", dialog)) box.checked = event.serious.includes(box.dataset.serious);
    one("[name=onset_time]", dialog).value = localParts(event.onset_at).time;
    one("[name=term]", dialog).focus();
  }

  /** The grades are those of the term; death and grade 5 go together. */
  #follow(changed) {
    const dialog = this.#ask.element;
    const [term, grade, death] = [one("[name=term]", dialog), one("[name=grade]", dialog), one("[data-serious=death]", dialog)];
    if (changed === "term") {
      put(one("[data-rail=other]", dialog), "hidden", term.value !== "other");
      const kept = grade.value;
      const grades = [...(TERMS.get(term.value)?.grades ?? OTHER_GRADES), { grade: 5, words: t("adverse_death") }];
      fill(grade, ...grades.map((one) => make("option", { value: one.grade }, one.words ? `${one.grade} · ${one.words}` : String(one.grade))));
      if (grades.some((one) => String(one.grade) === kept)) grade.value = kept;
    }
    if (changed === "serious" && death.checked) grade.value = "5";
    else if (changed === "serious" && grade.value === "5") grade.selectedIndex = 0;
    if (changed !== "serious") death.checked = grade.value === "5";
  }

  #send(values, seen, before) {
    const { term, other, grade, relation, action, description, onset_time: time, reason, password } = values;
    const serious = all("[data-serious]", this.#ask.element).filter((box) => box.checked).map((box) => box.dataset.serious);
    const said = { term: term === "other" ? other : term, grade: Number(grade), relation, action, serious, description };
    const moved = time !== localParts(before).time;
    const at = moved ? lastTime(this.#now(), time) : new Date(before).toISOString();
    if (this.#editing) return this.#acts.do("correct_entry", { corrects: this.#editing.id, reason, instead: moved ? { ...said, at } : said }, seen);
    return this.#acts.do("record_adverse_event", { ...said, at, password }, seen);
  }

  /** Of a session that is over it is signed; a correction is not possible then. */
  #ofOver(dialog) {
    put(one("[data-rail=password]", dialog), "hidden", !this.#acts.over);
  }

  #strike({ id, title }) {
    const ask = Ask.named("adverse_strike");
    say(one("[data-what]", ask.element), title);
    ask.open({ seen: this.#acts.version, submit: ({ reason }, seen) => this.#acts.do("correct_entry", { corrects: id, reason }, seen) });
  }

  #over(event) {
    const ask = Ask.named("adverse_over");
    say(one("[data-what]", ask.element), `${event.title}, ${t("adverse_grade", { grade: event.grade })}`);
    const offered = localParts(this.#now()).time; // left as it is: over now, to the second
    const body = (time) => ({ adverse_event: event.id, ...(time === offered ? {} : { at: lastTime(this.#now(), time) }) });
    ask.open({ seen: this.#acts.version, submit: ({ over_time: time, password }, seen) => this.#acts.do("resolve_adverse_event", { ...body(time), password }, seen) });
    this.#ofOver(ask.element);
    one("[name=over_time]", ask.element).value = offered;
  }

  #draw() {
    const rows = [...this.#found].sort((a, b) => Number(b.open) - Number(a.open)).map((event) => this.#row(event));
    const offered = this.#offered().map((symptom) => this.#offer(symptom));
    const none = rows.length + offered.length ? [] : [make("li.muted", {}, t("adverse_none"))];
    fill(one("#adverse-list"), ...rows, ...offered, ...none);
  }

  #row(event) {
    const since = event.open ? t("adverse_since", { at: dayTimeWords(event.onset_at) }) : t("adverse_from_to", { from: dayTimeWords(event.onset_at), to: timeWords(event.resolved_at) });
    const words = [since, t(`relation_${event.relation}`), t(`action_${event.action}`), ...event.serious.map((reason) => t(`serious_${reason}`)), event.by];
    const row = make("li", { "data-adverse": event.id, "data-open": event.open },
      make("span.adverse-words", {}, make("b", {}, `${event.title}, ${t("adverse_grade", { grade: event.grade })}`), event.needs_review ? make("strong.adverse-review", {}, t("adverse_review")) : "", make("small.muted", {}, words.join(" · "))),
      make("span.chip", {}, t(event.open ? "adverse_open" : "adverse_is_over")));
    if (event.open && this.#acts.allows("resolve_adverse_event")) row.append(make("button", { type: "button", onclick: () => this.#over(event), "aria-label": `${t("adverse_over")}: ${event.title}` }, t("adverse_over")));
    return row;
  }

  /** Symptoms graded high enough that no adverse event of the same kind tells of. */
  #offered() {
    const told = new Set(this.#found.map((event) => event.term.toLowerCase()));
    const newest = new Map(this.#symptoms.filter((one) => one.says.grade >= FROM_GRADE).map((one) => [one.says.symptom, one]));
    return this.#acts.allows("record_adverse_event") ? [...newest.values()].filter((one) => !told.has(termOf(one.says.symptom).toLowerCase())) : [];
  }

  #offer(symptom) {
    const name = has(`symptom_${symptom.says.symptom}`) ? t(`symptom_${symptom.says.symptom}`) : symptom.says.symptom;
    const words = t("adverse_charted", { symptom: name, grade: symptom.says.grade, at: timeWords(symptom.happened_at) });
    return make("li", { "data-offered": symptom.says.symptom }, make("span.adverse-words", {}, make("span.muted", {}, words)), make("button", { type: "button", onclick: () => this.open(symptom) }, t("adverse_record")));
  }
}
