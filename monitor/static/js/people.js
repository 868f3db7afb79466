/* Who works here: what each proves at sign-in, their last sign-ins, and what an administrator may do about it.
   Law: the list shows what the server has answered; a one-time password stands in its dialog only, and is gone when that closes. */
import { Ask, report } from "./ask.js";
import { get, post, refusal } from "./api.js";
import { block, fill, make, one, put, say } from "./dom.js";
import { careWords, loadTrainings, trainingsPart } from "./trainings.js";
import { dayTimeWords, t } from "./words.js";

const READ_ONLY = one("[data-read-only]") !== null;
const ROLES = block("page-texts").roles;
const ACTS = ["role", "reset", "reset-second-step", "sign-out", "disable"];
let opened = null; // whose row stands open, so that it does after a change too

function proofWords({ app, passkeys, recovery_codes: codes, second_step_needed: needed, program }) {
  if (program) return "";
  if (!app && !passkeys) return t(needed ? "step_missing" : "step_none");
  const keys = passkeys ? t(passkeys === 1 ? "step_passkeys_1" : "step_passkeys_n", { n: passkeys }) : "";
  return [app ? t("step_app") : "", keys, t("step_codes", { n: codes })].filter(Boolean).join(" · ");
}

function seenWords(person) {
  if (person.disabled_at) return t("gone_at", { at: dayTimeWords(person.disabled_at) });
  if (person.program) return "";
  if (person.must_change_password) return t("one_time");
  return person.last_sign_in_at ? t("last_sign_in", { at: dayTimeWords(person.last_sign_in_at) }) : t("never");
}

function signInRow({ created_at: at, second_step: by, revoked_at: ended, expires_at: until }) {
  const over = ended ?? (Date.parse(until) < Date.now() ? until : null);
  const fate = over ? t("ended_at", { at: dayTimeWords(over) }) : t("until_at", { at: dayTimeWords(until) });
  return make("li", {}, make("span", {}, t("signed_in", { at: dayTimeWords(at) })), make("span.muted", {}, t(by ? `by_${by}` : "by_password")), make("span.muted", {}, fate));
}

function actButton(act, person) {
  const label = t(act.replaceAll("-", "_"));
  return make("button", { type: "button", "data-act": act, "aria-label": `${label}: ${person.printed_name}`, onclick: () => ask(act, person) }, label);
}

function actsOf(person) {
  const mine = person.id === Number(document.body.dataset.person);
  if (READ_ONLY || mine || (person.disabled_at && person.program)) return null;
  const has = person.app || person.passkeys;
  const fit = person.disabled_at ? ["enable"] : ACTS.filter((act) => act === "disable" || (!person.program && (act !== "reset-second-step" || has)));
  return make("div.person-acts", {}, ...fit.map((act) => actButton(act, person)));
}

async function unfold(person, list) {
  const reply = await get(`people/${person.id}/sign-ins`);
  if (!reply.ok) return void fill(list, make("li", { role: "alert" }, refusal(reply)));
  fill(list, ...(reply.body.length ? reply.body.slice(0, 10).map(signInRow) : [make("li.muted", {}, t("no_sign_ins"))]));
}

function row(person) {
  const name = make("span.row-name", {}, make("b", {}, person.printed_name), make("span.muted", {}, person.name));
  const care = careWords(person);
  const proof = make("span.row-proof", {}, proofWords(person), care ? make("span.row-care", {}, care) : null);
  if (!person.disabled_at && person.second_step_needed && !person.app && !person.passkeys) put(proof, "data-missing", true);
  const head = make("summary", {}, name, make("span.row-role", {}, ROLES[person.role] ?? person.role), proof, make("span.row-seen.muted", {}, seenWords(person)));
  const list = make("ul.sign-ins", { "aria-label": t("sign_ins") });
  const inside = make("div.person-more", {}, actsOf(person), trainingsPart(person, show), person.program ? null : make("h3", {}, t("sign_ins")), person.program ? null : list);
  const box = make("details", { open: opened === person.id }, head, inside);
  box.addEventListener("toggle", () => {
    if (!box.open) return void (opened = opened === person.id ? null : opened);
    opened = person.id;
    if (!person.program) unfold(person, list);
  });
  return make("li", { "data-person": person.name, "data-testid": "person-row" }, box);
}

function group(id, section, people) {
  if (section) put(one(section), "hidden", people.length === 0);
  fill(one(id), ...(people.length ? people.map(row) : [make("li.muted", {}, t("nobody"))]));
}

async function show() {
  const untold = await loadTrainings();
  const reply = await get("people");
  report(one("#people-said"), reply.ok ? untold : refusal(reply));
  if (!reply.ok) return;
  const all = reply.body.filter(({ role }) => role !== "station_display");
  const active = all.filter((one) => !one.disabled_at && !one.program);
  say(one("#people-count"), t("people_count", { n: active.length }));
  group("#people-active", null, active);
  group("#people-programs", "#programs", all.filter((one) => !one.disabled_at && one.program));
  group("#people-gone", "#gone", all.filter((one) => one.disabled_at));
}

function handOver(name, password) {
  say(one("#given-title"), t("one_time_of", { name }));
  say(one("#given-password"), password);
  one("#given").showModal();
}

function ask(act, person) {
  const dialog = Ask.named(act);
  say(one("[data-who]", dialog.element), `${person.printed_name} (${person.name})`);
  dialog.open({
    submit: async (values) => {
      const reply = await post(`people/${person.id}/${act}`, values);
      if (!reply.ok) return { ok: false, words: refusal(reply) };
      if (reply.body.one_time_password) handOver(person.printed_name, reply.body.one_time_password);
      await show();
      return { ok: true, words: t("done") };
    },
  });
  const role = one("select[name=role]", dialog.element);
  if (role) role.value = person.role;
}

one("#given")?.addEventListener("close", () => say(one("#given-password"), ""));

one("#new-person")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const [button, said] = [one("button", form), one(".said", form)];
  const { name, printed_name: printed, role } = form.elements;
  put(button, "disabled", true);
  report(said, t("sending"), "");
  const reply = await post("people", { name: name.value, printed_name: printed.value, role: role.value });
  put(button, "disabled", false);
  report(said, reply.ok ? "" : refusal(reply));
  if (!reply.ok) return;
  handOver(printed.value, reply.body.one_time_password);
  form.reset();
  await show();
});

show();
