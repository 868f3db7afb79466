/* An unknown device gets its chair in two steps: choose the chair, then read back what will change and confirm.
   A chair without a monitor gets this one; where one speaks already, it is added as a further device (a pump, a second
   monitor) or takes its place, and which of the two is asked. */
import { Ask } from "./ask.js";
import { fill, make, one, say } from "./dom.js";
import { get, put as send, refusal, requestId } from "./api.js";
import { inert } from "./inert.js";
import { t } from "./words.js";

export class BindDialog {
  #ask = Ask.named("bind");
  #done;

  constructor(done) {
    this.#done = done;
  }

  /** The chairs as they stand now, not as the page first showed them. */
  async open(group) {
    const reply = await get("chairs");
    const chairs = reply.ok ? reply.body : [];
    const source = group.source ? t("from_source", { source: inert(group.source) }) : t("no_source");
    const name = group.bed ?? group.device_id;
    say(one("#bind-device"), `${group.bed ? t("bed", { bed: inert(name) }) : t("device_named", { id: inert(name) })} · ${source}`);
    const choices = chairs.map((chair) => this.#choice(chair));
    const none = make("p.muted", {}, reply.ok ? t("no_chairs_here") : refusal(reply));
    fill(one("#bind-chairs"), ...(choices.length ? choices : [none]));
    const chosen = ({ chair }) => chairs.find((one) => String(one.id) === chair);
    let request = ""; // one confirmed act: sent again after a lost reply it is not done twice
    const role = () => one("[name=bind_role]:checked").value;
    this.#ask.open({
      confirm: (values) => {
        request = requestId();
        return confirmWords(name, chosen(values), role());
      },
      submit: async (values) => {
        const chair = chosen(values);
        const further = chair.bed && role() === "further";
        const answer = await (further
          ? send(`chairs/${chair.id}/devices`, { request_id: request, identifier: name })
          : send(`chairs/${chair.id}`, { request_id: request, bed: name }));
        if (answer.ok) this.#done(t("bound_done", { bed: inert(name), chair: inert(chair.name) }));
        return { ...answer, words: answer.ok ? "" : refusal(answer) };
      },
    });
  }

  #choice({ id, name, bed }) {
    const words = make("span", {}, t("bind_chair", { chair: inert(name) }), make("small", {}, bed ? t("chair_bound", { bed: inert(bed) }) : t("chair_free")));
    return make("label.choice", {}, make("input", { type: "radio", name: "chair_choice", value: id }), words);
  }
}

function confirmWords(bed, chair, role) {
  const values = { bed: inert(bed), chair: inert(chair.name), old: inert(chair.bed) };
  if (chair.bed && role === "further") return t("confirm_further", values);
  return chair.bed ? t("confirm_replace", values) : t("confirm_bind", values);
}
