/* What a device told, as a line of the event list: its own words, marked as its own. */
import { inert } from "./inert.js";
import { clockWords, t } from "./words.js";

/** "Device alarm: ** DESAT · until 14:32:20" */
export function toldWords({ kind, words, to_at: to, open, is_late: late }) {
  const said = [kind === "left_out" ? words : t(kind === "alarm" ? "device_says" : "pump_says", { words: inert(words) })];
  if (to) said.push(t("told_until", { at: clockWords(to) }));
  if (open) said.push(t("told_open"));
  if (late) said.push(t("told_late"));
  return said.join(" · ");
}

/** A mark of the curves' lowest row as an event of the list. */
export const toldEvent = (mark) => ({ id: mark.id, at: mark.at, kind: "device", event: `device_${mark.kind}`, words: toldWords(mark), by: inert(mark.device), says: {} });
