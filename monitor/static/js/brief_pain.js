/* Brief Pain Inventory: numbers in, means as the server makes them.
   Law: interference with fewer answers than it needs is recorded and called incomplete, never shown as a mean. */
import { get } from "./api.js";
import { postOnce } from "./acts.js";
import { report } from "./ask.js";
import { all, one, put, say } from "./dom.js";
import { keepForm } from "./kept_form.js";
import { t } from "./words.js";

const card = one("#brief-pain");
const session = Number(card.dataset.session);
const shown = {}; // the newest score of each kind
let held = null; // what is typed and not yet recorded

/** {name: 0..10} of one kind as far as written; null with the wrong field marked. */
function entered(kind) {
  const items = {};
  for (const field of all(`[data-bpi="${kind}"]`, card)) {
    const words = field.value.trim();
    const wrong = words !== "" && !(/^\d{1,2}$/.test(words) && Number(words) <= 10);
    put(field, "aria-invalid", wrong ? "true" : null);
    if (wrong) {
      field.focus();
      return null;
    }
    if (words !== "") items[field.name] = Number(words);
  }
  return items;
}

function show() {
  const { bpi_severity: severity, bpi_interference: interference } = shown;
  const parts = [];
  if (severity) parts.push(t("bpi_severity_is", { mean: severity.total.toFixed(1) }));
  if (interference && interference.total !== null) parts.push(t("bpi_interference_is", { mean: interference.total.toFixed(1) }));
  if (interference && interference.total === null) parts.push(t("bpi_interference_open", { says: interference.says }));
  say(one("#bpi-total"), parts.join(" · "));
}

function remember(score) {
  shown[score.kind] = score;
  for (const field of all(`[data-bpi="${score.kind}"]`, card)) field.value = score.items[field.name] ?? "";
}

async function save() {
  const said = one("#bpi-said");
  const entries = { bpi_severity: entered("bpi_severity"), bpi_interference: entered("bpi_interference") };
  if (Object.values(entries).includes(null)) return void report(said, t("bpi_whole"));
  const written = Object.entries(entries).filter(([, items]) => Object.keys(items).length);
  if (!written.length) return void report(said, t("fill_in"));
  put(one("#bpi-save"), "disabled", true);
  report(said, t("sending"), "");
  let reply = { ok: true };
  for (const [kind, items] of written) {
    reply = await postOnce(`sessions/${session}/scores`, { kind, items });
    if (!reply.ok) break;
    remember(reply.body);
  }
  put(one("#bpi-save"), "disabled", false);
  report(said, reply.words, reply.ok ? "done" : "refused");
  if (reply.ok) held.forget();
  show();
}

one("#bpi").addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});

const scores = await get(`sessions/${session}/scores`);
if (scores.ok) {
  for (const score of scores.body) if (score.kind.startsWith("bpi_") && score.replaced_by === null) remember(score);
  show();
  held = keepForm(one("#bpi"), `prepare-${session}-bpi`);
  put(one("#bpi-save"), "disabled", false);
} else report(one("#bpi-said"), t("load_failed"));
