/* A refused message is read again after its cause was mended: as a late one, in two presses, and what came of it is said. */
import { post, refusal, requestId } from "./api.js";
import { report } from "./ask.js";
import { make, put, say } from "./dom.js";
import { inert } from "./inert.js";
import { clockWords, t } from "./words.js";

const OUTCOMES = ["charted", "unassigned", "nothing", "refused"];
const FINAL = ["charted", "unassigned", "nothing"]; // the server replays a message no more after one of these

export const outcomeWords = ({ outcome, detail }) => [OUTCOMES.includes(outcome) ? t(`outcome_${outcome}`) : inert(outcome), inert(detail)].filter(Boolean).join(": ");
export const replayWords = (replay) => t("replayed_by", { by: inert(replay.by), at: clockWords(replay.at), outcome: outcomeWords(replay) });
export const isSettled = (replays) => replays.some(({ outcome }) => FINAL.includes(outcome));

/** The button of one message. The first press says what it does; the second does it. done() after the server's reply. */
export function replayButton(id, done) {
  const said = make("p.said", { role: "status" });
  const button = make("button", { type: "button", "data-testid": "replay" }, t("replay"));
  let sure = false;
  let request = requestId();
  button.addEventListener("click", async () => {
    if (!sure) {
      sure = true;
      say(button, t("replay_again"));
      return void report(said, t("replay_means"), "");
    }
    put(button, "disabled", true);
    report(said, t("sending"), "");
    const reply = await post(`quarantine/${id}/replay`, { request_id: request });
    const found = reply.ok && isSettled(reply.body.outcomes);
    report(said, reply.ok ? reply.body.outcomes.map(outcomeWords).join(" · ") : refusal(reply), found ? "done" : "refused");
    put(button, "disabled", false);
    sure = false;
    if (reply.status !== 0) request = requestId();
    say(button, t("replay"));
    if (!reply.ok) return;
    put(button, "hidden", found);
    done();
  });
  return make("div.replay", {}, button, said);
}
