/* What the receiver makes of a message, in the same words as `hl7 explain --words`. */
import { make } from "./dom.js";
import { inert } from "./inert.js";
import { t } from "./words.js";

/** Elements of every explanation of a reply: a message, a batch or refused fragments. */
export const explained = (explanations) => explanations.map(one);

function one(found) {
  const said = [found.whose.words, found.time.words, found.answer_words, ...found.admission, ...found.equipment, ...found.pump, ...found.device_alarms, ...found.notes];
  const lines = said.filter(Boolean).map((words) => make("li", {}, inert(words)));
  const rows = found.rows.map((row) => make("li", { "data-verdict": row.verdict }, make("b", {}, verdictWords(row.verdict)), make("span", {}, inert(row.words))));
  return make("article.explanation", { "data-testid": "explanation" }, make("h3", {}, inert(found.summary)), make("ul", {}, ...lines), rows.length ? make("ul.explained-rows", {}, ...rows) : null);
}

/** charted, or for whatever reason not. */
const verdictWords = (verdict) => t(["charted", "alarm", "device", "text", "keep_alive"].includes(verdict) ? `verdict_${verdict}` : "verdict_not");
