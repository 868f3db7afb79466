/* Finds a patient by a few letters and offers who was found in the list beside it.
   Law: asked for by POST, so that no name stands in an address; whoever was chosen stays chosen until another is. */
import { fill, make, one, say } from "./dom.js";
import { post, refusal } from "./api.js";
import { t } from "./words.js";

const WAIT_MS = 250;
const SHORTEST = 2;
const find = one("#patient-find");
const choice = one("#patient");
const said = one("#patient-found");
let waiting = 0;
let asked = "";

const label = ({ family_name: family, given_name: given, hospital_id: number, birth_date: born }) => `${family}, ${given} (${number}${born ? `, ${born}` : ""})`;

async function look() {
  const query = find.value.trim();
  if (query.length < SHORTEST || query === asked) return;
  asked = query;
  const reply = await post("patients/search", { query });
  if (query !== find.value.trim()) return; // more was typed meanwhile
  if (!reply.ok) return void say(said, refusal(reply));
  const kept = choice.selectedOptions[0]?.value ? choice.selectedOptions[0] : null;
  const found = reply.body.filter(({ id }) => String(id) !== kept?.value).map((who) => make("option", { value: who.id }, label(who)));
  fill(choice, make("option", { value: "" }, t("choose_patient")), kept, ...found);
  say(said, t("patients_found", { n: reply.body.length }));
  if (!kept && reply.body.length === 1) choice.value = String(reply.body[0].id);
  choice.dispatchEvent(new Event("change"));
}

find?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(look, WAIT_MS);
});
