/* What somebody has typed on the prepare page and not yet recorded is there again after a reload, the back button or a new
   sign-in. Law: a field is put back only while it is empty; what was recorded is no draft any more. */
import { all, one, put, say } from "./dom.js";
import { draftOf, forgetDraft, keepDraft } from "./draft.js";
import { dayTimeWords, t } from "./words.js";

const person = document.body.dataset.person ?? "";
const session = one("#prepare").dataset.session;
const nameOf = (part) => `prepare-${session}-${part}`;
const FIELDS = "input:not([type=password]), select, textarea";

/** Say once, beside the start, that something typed is back. */
function tell(at) {
  const place = one("#kept");
  say(place, t("kept", { at: dayTimeWords(at) }));
  put(place, "hidden", null);
}

/** Keep values under a name of this page; null forgets them. */
export function keep(part, values) {
  if (values === null) forgetDraft(person, nameOf(part));
  else keepDraft(person, nameOf(part), values);
}

/** What was kept under a name, null when nothing was; the page says that it is back. */
export function kept(part) {
  const draft = draftOf(person, nameOf(part));
  if (!draft) return null;
  tell(draft.at);
  return draft.values;
}

/** What a field is kept under; an amount's name says its unit, so it is never put back under another. */
const keyOf = (field) => field.name || ("orderForm" in field.dataset ? "order-form" : "");
const fieldsOf = (form) => all(FIELDS, form).filter(keyOf);
const typed = (form) => Object.fromEntries(fieldsOf(form).map((field) => [keyOf(field), field.type === "checkbox" ? field.checked : field.value]));

/** Keep a form's fields while they are typed, put them back, and forget them when it is emptied after it was recorded.

    `chosen`: called once its choices stand again, which may name other fields, and at the end. */
export function keepForm(part, form, chosen = () => {}) {
  form.addEventListener("input", () => keep(part, typed(form)));
  form.addEventListener("reset", () => keep(part, null));
  const values = kept(part);
  if (!values) return;
  for (const choice of all("select", form)) if (values[keyOf(choice)]) choice.value = values[keyOf(choice)];
  chosen();
  for (const field of fieldsOf(form)) {
    const value = values[keyOf(field)];
    if (value === undefined || field.tagName === "SELECT") continue;
    if (field.type === "checkbox") field.checked = value === true;
    else if (field.value === "") field.value = value;
  }
  chosen();
}
