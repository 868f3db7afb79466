/* A new patient: who they are and what is known of them, recorded in one act.
   Laws: nothing typed is lost by a refusal, a reload or a new sign-in; one form is one act, also when it is sent twice;
   whether somebody of a like name is another person is asked once the server found one, and of that name alone. */
import { all, one, put } from "./dom.js";
import { post, refusal } from "./api.js";
import { report } from "./ask.js";
import { keepForm } from "./kept_form.js";
import { t } from "./words.js";

const form = one("#new-patient");
const question = one("#somebody-else");
const said = one(".said", form);
const lines = all(".allergy-line", form);
const WHO = ["hospital_id", "family_name", "given_name", "birth_date"];
const KNOWN = ["diagnosis", "pain_description", "treatments_so_far", "contact_name", "contact_phone", "oncologist", "oncologist_contact", "language"];

const valueOf = (name) => form.elements[name]?.value.trim() ?? "";
const written = (names) => Object.fromEntries(names.map((name) => [name, valueOf(name)]).filter(([, value]) => value));

/** Ask, or no longer, whether it is somebody else. */
function ask(asked) {
  put(question, "hidden", !asked);
  one("input", question).checked = false;
}

/** What is known besides the name; nothing when nothing was written. */
function profile() {
  const mechanism = valueOf("pain_mechanism");
  const told = { ...written(KNOWN), ...(mechanism && mechanism !== "unknown" ? { pain_mechanism: mechanism } : {}), ...(valueOf("ecog") ? { ecog: Number(valueOf("ecog")) } : {}) };
  return Object.keys(told).length ? { profile: told } : {};
}

/** The allergies: nothing when nobody asked, none known as an empty list. */
function allergies() {
  const asked = valueOf("allergies_asked");
  if (!asked) return {};
  const listed = lines.map((line) => all("input", line).map((field) => field.value.trim())).filter(([substance]) => substance);
  return { allergies: asked === "none" ? [] : listed.map(([substance, reaction]) => ({ substance, ...(reaction ? { reaction } : {}) })) };
}

function wrong() {
  const open = WHO.map((name) => form.elements[name]).find((field) => !field.checkValidity());
  if (open) return [open, t("fill_in")];
  const first = lines.length ? one("input", lines[0]) : null;
  const unnamed = lines.find((line) => all("input", line)[1].value.trim() && !one("input", line).value.trim());
  if (valueOf("allergies_asked") === "listed" && (unnamed || allergies().allergies.length === 0)) return [unnamed ? one("input", unnamed) : first, t("name_the_allergy")];
  return null;
}

/** Lines for the allergies in use and one more. */
function settle() {
  if (!lines.length) return;
  put(one("#allergy-lines"), "hidden", valueOf("allergies_asked") !== "listed");
  lines.forEach((line, n) => put(line, "hidden", n > 0 && !one("input", lines[n - 1]).value.trim() && !one("input", line).value.trim()));
  const more = all("details input, details textarea, details select", form).some((field) => field.value.trim() && field.value !== "unknown");
  if (more) one("details", form).open = true;
}

async function send() {
  const found = wrong();
  if (found) {
    found[0].focus();
    return void report(said, found[1]);
  }
  const button = one("button[type=submit]", form);
  put(button, "disabled", true);
  report(said, t("sending"), "");
  const known = one("input", question).checked ? { is_somebody_else: true } : {};
  const reply = await post("patients", { request_id: held.request, ...written(WHO), ...known, ...profile(), ...allergies() });
  put(button, "disabled", false);
  if (!reply.ok) {
    report(said, refusal(reply));
    return void ask(Boolean(reply.body.current?.possible_duplicates));
  }
  report(said, t("added"), "done");
  held.forget();
  location.assign(`/patients/${reply.body.id}`);
}

const held = keepForm(form, "new-patient", settle);
settle();
form.addEventListener("input", ({ target }) => {
  if (target.name !== "is_somebody_else" && WHO.includes(target.name)) ask(false); // the answer was about another name
  settle();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
put(one("button[type=submit]", form), "disabled", false);
