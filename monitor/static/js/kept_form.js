/* What somebody types into a form and has not recorded yet is there again after a refusal, a reload, the back button or a
   new sign-in.
   Laws: a field is kept under its own name and the row it stands in, so it never comes back in another's place; only what
   was changed is kept, so that a draft puts nothing back over what somebody else wrote since; what was recorded is no
   draft any more; that something is back is said, with its time and a way to begin anew. */
import { requestId } from "./api.js";
import { all, one, put, say } from "./dom.js";
import { draftOf, forgetDraft, keepDraft } from "./draft.js";
import { dayTimeWords, t } from "./words.js";

const person = document.body.dataset.person ?? "";
const FIELDS = "input:not([type=password]):not([type=hidden]):not([type=file]), select, textarea";
const names = new Set(); // of every draft of this page
const valueOf = (field) => (ticked(field) ? field.checked : field.value);
const ticked = (field) => ["radio", "checkbox"].includes(field.type);

const notice = one("#kept");
if (notice) {
  one("[data-discard]", notice).addEventListener("click", () => {
    for (const name of names) forgetDraft(person, name);
    location.reload();
  });
}

/** Say once on the page that something typed is back. */
function tell(at) {
  if (!notice) return;
  say(one("span", notice), t("kept", { at: dayTimeWords(at) }));
  put(notice, "hidden", null);
}

/** Keep values under a name of this page; null forgets them. */
export function keep(name, values) {
  names.add(name);
  if (values === null) forgetDraft(person, name);
  else keepDraft(person, name, values);
}

/** What was kept under a name, null when nothing was; the page says that it is back. */
export function kept(name) {
  names.add(name);
  const draft = draftOf(person, name);
  if (!draft) return null;
  tell(draft.at);
  return draft.values;
}

/** [key, field] of every field: its row, its name or what it is marked with, and a tick's value. */
function keyed(form) {
  const counted = new Map();
  return all(FIELDS, form).map((field) => {
    const { testid, ...marks } = field.dataset;
    const own = field.name || field.id || Object.entries(marks).flat().join(":");
    const key = [field.closest("[data-row]")?.dataset.row, own, ticked(field) ? field.value : null].filter(Boolean).join("|");
    counted.set(key, (counted.get(key) ?? 0) + 1);
    return [counted.get(key) > 1 ? `${key}#${counted.get(key)}` : key, field];
  });
}

/** What a form holds, kept when told to; `request` is the identity of the one act it is. */
export class KeptForm {
  #form;
  #name;
  #chosen;
  request = requestId();
  before = {}; // what was put back
  #found = {}; // what stood in it untouched

  /** chosen(): called once the choices stand again, which may name other fields, and at the end. */
  constructor(form, name, chosen = () => {}) {
    [this.#form, this.#name, this.#chosen] = [form, name, chosen];
    names.add(name);
  }

  /** What stands in it now; other words are another act. */
  keep() {
    this.request = requestId();
    const now = keyed(this.#form).map(([key, field]) => [key, valueOf(field)]);
    const changed = now.filter(([key, value]) => value !== (this.#found[key] ?? (typeof value === "boolean" ? false : "")));
    keep(this.#name, changed.length ? { request: this.request, fields: Object.fromEntries(changed) } : null);
  }

  forget() {
    keep(this.#name, null);
    this.request = requestId();
  }

  /** Fill in what was typed before; when that was, null when nothing is kept. */
  putBack({ quietly = false } = {}) {
    this.#found = Object.fromEntries(keyed(this.#form).map(([key, field]) => [key, valueOf(field)]));
    const draft = draftOf(person, this.#name);
    if (!draft?.values.fields) return null;
    const { request, fields } = draft.values;
    this.request = request;
    this.before = fields;
    for (const choice of all("select", this.#form)) this.#fill(choice, fields);
    this.#chosen();
    for (const [key, field] of keyed(this.#form)) if (field.tagName !== "SELECT") this.#fill(field, fields, key);
    this.#chosen();
    if (!quietly) tell(draft.at);
    return draft.at;
  }

  #fill(field, fields, key = keyed(this.#form).find(([, one]) => one === field)[0]) {
    if (!(key in fields)) return;
    if (ticked(field)) field.checked = fields[key] === true;
    else if (field.tagName !== "SELECT" || all("option", field).some((option) => option.value === fields[key])) field.value = fields[key];
  }
}

/** Keep a form of a page from now on, put back what it held, and forget it when it is emptied after it was recorded. */
export function keepForm(form, name, chosen = () => {}) {
  const held = new KeptForm(form, name, chosen);
  held.putBack();
  form.addEventListener("input", () => held.keep());
  form.addEventListener("reset", () => held.forget());
  return held;
}
