/* What a person does to a session: one POST with the version they saw, and its answer in words.
   Laws: nothing is shown as done before the server said so; expected_version is the one that stood on the screen when the
   person began; an unanswered act is sent again under the same request_id only, so that it is never done twice. */
import { post, refusal, requestId } from "./api.js";
import { has, isOver, t } from "./words.js";

const ACTED = "session-acted";
const RESENDS = 2;
const RESEND_AFTER_MS = 1200;

/** What each missing thing is called. */
export const missingWords = (codes) => codes.map((code) => (has(`missing_${code}`) ? t(`missing_${code}`) : String(code).replaceAll("_", " "))).join(", ");

/** The reply in words, with what to do next. */
export function replyWords(reply) {
  if (reply.ok) return t("done");
  if (reply.status === 0) return t("after_unknown");
  const missing = reply.body.missing ?? [];
  const said = refusal({ ...reply, body: { ...reply.body, missing: [] } });
  const parts = [said];
  if (missing.length) parts.push(t("missing_list", { list: missingWords(missing) }));
  const next = nextStep(reply);
  if (next) parts.push(next);
  return parts.join(" ");
}

function nextStep({ status, body }) {
  if (status === 409) return t("after_conflict");
  if (status === 503 || body.error === "not_recording") return t("after_not_recording");
  if (body.error === "event_refused") return t("after_refused");
  return "";
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** POST under one request_id; a reply that never came is asked for again. -> {status, ok, body, words} */
export async function postOnce(path, body) {
  const once = { request_id: requestId(), ...body };
  let reply = await post(path, once);
  for (let n = 0; n < RESENDS && reply.status === 0; n += 1) {
    await pause(RESEND_AFTER_MS);
    reply = await post(path, once);
  }
  return { ...reply, words: replyWords(reply) };
}

/** The acts of one session, and which of them are possible now. */
export class Acts {
  #session;
  #refresh;
  #head = null;
  #role;

  /** refresh: called after a conflict, so that the page shows how it stands. */
  constructor(session, { role = "", refresh = () => {} } = {}) {
    this.#session = session;
    this.#role = role;
    this.#refresh = refresh;
    document.addEventListener(ACTED, ({ detail }) => this.#follow(detail));
  }

  /** One page's own act, done from elsewhere on it, is no conflict for its next one; what anybody else did still is. */
  #follow({ session, from, to }) {
    if (session === this.#session && this.#head?.version === from) this.#head = { ...this.#head, version: to };
  }

  set head(head) {
    this.#head = head;
  }

  get version() {
    return this.#head?.version ?? 0;
  }

  get over() {
    return this.#head !== null && isOver(this.#head);
  }

  allows(event) {
    return Boolean(this.#head?.allowed.includes(event));
  }

  /** Why it cannot be done now, in words; "" when it can. */
  hindrance(event, { physician = false } = {}) {
    if (!this.#head) return t("load_failed");
    if (!this.allows(event)) return t("role_not_now", { state: t(`state_${this.#head.state}`) });
    return physician && this.#role !== "physician" ? t("only_physician") : "";
  }

  /** Do it; seenVersion is the version the person looked at (default: the newest). -> {ok, words, status, body} */
  async do(event, details = {}, seenVersion = this.version) {
    const reply = await postOnce(`sessions/${this.#session}/events`, { expected_version: seenVersion, event, ...details });
    if (reply.ok) document.dispatchEvent(new CustomEvent(ACTED, { detail: { session: this.#session, from: seenVersion, to: reply.body.version } }));
    else this.#refresh();
    return reply;
  }
}
