/* The sound pause of chairs: asked of the server, shown as it stands there.
   Law: a pause silences what sounds now and nothing else; the server ends it, and a new or worse alarm is heard at once. */
import { post, refusal, requestId } from "./api.js";

const MAY = ["nurse", "charge_nurse", "physician"];

/** Whether this person may pause a sound. */
export const mayPause = () => MAY.includes(document.body.dataset.role);

/** Pause or resume the sound of one session. A version that moved on meanwhile is no hindrance: nothing of it was decided on. */
export async function setPause({ session, version }, event) {
  const path = `sessions/${session}/events`;
  const reply = await post(path, { request_id: requestId(), expected_version: version, event });
  const now = reply.body.current?.version;
  if (reply.status !== 409 || now === undefined) return reply;
  return post(path, { request_id: requestId(), expected_version: now, event });
}

/** The same for several sessions. -> what went wrong in words, "" when nothing did. */
export async function setPauses(sessions, event) {
  const replies = await Promise.all(sessions.map((one) => setPause(one, event)));
  const refused = replies.find((reply) => !reply.ok);
  return refused ? refusal(refused) : "";
}
