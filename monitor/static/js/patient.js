/* What is done on the pages of a patient and of a series: each button opens its dialog, each dialog posts its act.
   Law: the page shows only what the server has answered, so it is loaded again; one opened dialog is one act. */
import { post, refusal, requestId } from "./api.js";
import { Ask } from "./ask.js";
import { all, block } from "./dom.js";
import { t } from "./words.js";

const ACTS = block("acts");
const NUMBERS = new Set(["planned_infusions", "interval_h", "ecog"]);

/** What was filled in; what was left empty is not said. */
function bodyOf(values, { version, also = {} }) {
  const said = Object.entries(values).filter(([, value]) => value !== "" && value !== null);
  const body = Object.fromEntries(said.map(([name, value]) => [name, NUMBERS.has(name) ? Number(value) : name === "knows_both_run" ? true : value]));
  return version === undefined ? { ...body, ...also } : { ...body, ...also, expected_version: version };
}

for (const button of all("[data-opens]")) {
  const act = ACTS[button.dataset.opens];
  button.addEventListener("click", () => {
    const request_id = requestId();
    Ask.named(button.dataset.opens).open({
      keeps: `${act.path}:${button.dataset.opens}`,
      confirm: act.again ? (values) => t(act.again, values) : undefined,
      submit: async (values) => {
        const reply = await post(act.path, { request_id, ...bodyOf(values, act) });
        if (reply.ok) location.reload();
        return { ...reply, words: reply.ok ? "" : refusal(reply) };
      },
    });
  });
}
