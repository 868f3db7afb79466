/* The displays on the wall: a code for a new one, and the end of one.
   Law: a code stands on this page only, once; the list shows what the server has answered. */
import { fill, make, one, put, say } from "./dom.js";
import { get, post, refusal } from "./api.js";
import { report } from "./ask.js";
import { dayTimeWords, t, timeWords } from "./words.js";

function stateWords({ enrolled_at: enrolled, ended_at: ended, expires_at: expires }) {
  if (ended) return t("display_state_ended", { at: dayTimeWords(ended) });
  if (enrolled) return t("display_state_on", { at: dayTimeWords(enrolled) });
  return t(Date.parse(expires) < Date.now() ? "display_state_late" : "display_state_waits");
}

function row(display) {
  const words = make("span.row-fact", {}, stateWords(display));
  const name = make("span.row-name", {}, make("b", {}, display.name));
  const end = display.ended_at ? null : make("button", { type: "button", "aria-label": t("end_display_of", display), onclick: () => finish(display) }, t("end_display"));
  return make("li", { "data-display": display.id, "data-testid": "display-row" }, name, words, end);
}

async function show() {
  const reply = await get("displays");
  report(one("#displays-said"), reply.ok ? "" : refusal(reply));
  if (!reply.ok) return;
  fill(one("#displays"), ...(reply.body.length ? reply.body.map(row) : [make("li.muted", {}, t("no_displays"))]));
}

async function finish({ id }) {
  const reply = await post(`displays/${id}/end`, {});
  report(one("#displays-said"), reply.ok ? "" : refusal(reply));
  if (reply.ok) await show();
}

one("#new-display").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const [button, said] = [one("button", form), one(".said", form)];
  put(button, "disabled", true);
  report(said, t("sending"), "");
  const reply = await post("displays", { station: form.elements.station.value, language: form.elements.language.value });
  put(button, "disabled", false);
  report(said, reply.ok ? "" : refusal(reply));
  if (!reply.ok) return;
  say(one("#display-code-words"), reply.body.code);
  say(one("#display-code-where"), t("code_where", { address: `${location.origin}/wall/enrol`, time: timeWords(reply.body.expires_at) }));
  put(one("#display-code"), "hidden", false);
  await show();
});

show();
