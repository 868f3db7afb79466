/* The state of the audit trail, and its verification on demand. Law: it says what the server found and nothing else. */
import { one, put, say } from "./dom.js";
import { get, post, refusal } from "./api.js";
import { report } from "./ask.js";
import { dayTimeWords, t } from "./words.js";

function show(found) {
  say(one("#audit-word"), t(`state_${found.state}`));
  say(one("#audit-checked"), found.checked_at ? t(found.whole_trail ? "checked_all" : "checked_end", { n: found.entries, at: dayTimeWords(found.checked_at) }) : "");
  put(one("#audit-why"), "hidden", found.why === "");
  say(one("#audit-why"), found.why);
  const anchored = found.anchored_at ? t("anchored", { n: found.anchored_seq, at: dayTimeWords(found.anchored_at) }) : t("not_anchored");
  say(one("#audit-anchored"), found.unanchored ? t("unanchored", { why: found.unanchored }) : anchored);
}

async function look(asked) {
  const reply = await asked;
  report(one("#audit-said"), reply.ok ? "" : refusal(reply));
  if (reply.ok) show(reply.body);
}

one("#audit-verify").addEventListener("click", async (event) => {
  put(event.currentTarget, "disabled", true);
  report(one("#audit-said"), t("verifying"), "");
  await look(post("audit/verify", {}));
  put(one("#audit-verify"), "disabled", false);
});

look(get("audit/verification"));
