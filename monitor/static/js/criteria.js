/* The list of criteria: symbol, words, evidence, and for a sustained rule how long it has held of how long it must. */
import { fill, make, put, say, svg } from "./dom.js";
import { lengthWords, onTheWall, t, timeWords } from "./words.js";

const SHAPES = {
  met: () => [svg("circle", { cx: 12, cy: 12, r: 11 }), svg("path", { d: "M7 12.5l3.5 3.5L17 9" })],
  not_met: () => [svg("circle", { cx: 12, cy: 12, r: 11.5 }), svg("path", { d: "M8.5 8.5l7 7M15.5 8.5l-7 7" })],
  unknown: () => [svg("circle", { cx: 12, cy: 12, r: 11, "stroke-dasharray": "4 3.5" }), svg("path", { d: "M9.6 9.6a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2.9-1.2 1.8M12 16.6v.2" })],
};

/** Draw them in the server's order; a row is made once and only its texts change. */
export function drawCriteria(list, criteria, asOf) {
  const ids = criteria.map((criterion) => criterion.id).join();
  if (list.dataset.ids !== ids) {
    fill(list, ...criteria.map(rowOf));
    list.dataset.ids = ids;
  }
  criteria.forEach((criterion, n) => drawRow(list.children[n], criterion, asOf));
}

function rowOf(criterion) {
  const words = make("div.criterion-words", {}, make("b"), make("span.muted"));
  const standing = make("div.criterion-standing", {}, make("b"), make("span.muted"), make("progress", { max: 1, hidden: true }));
  return make("li.criterion", { "data-criterion": criterion.id }, make("span.symbol"), words, standing);
}

function drawRow(row, criterion, asOf) {
  const [symbol, words, standing] = row.children;
  if (row.dataset.result !== criterion.result) fill(symbol, svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, ...SHAPES[criterion.result]()));
  put(row, "data-result", criterion.result);
  say(words.children[0], criterion.title);
  say(words.children[1], onTheWall(criterion.evidence, asOf));
  say(standing.children[0], t(`result_${criterion.result}`));
  say(standing.children[1], below(criterion));
  drawProgress(standing.children[2], criterion);
}

function drawProgress(bar, { result, held_s: held, needed_s: needed, title }) {
  const sustained = result !== "met" && held !== null && needed && held < needed;
  put(bar, "hidden", !sustained);
  if (!sustained) return;
  bar.value = Math.min(1, held / needed);
  put(bar, "aria-label", title);
}

function below({ result, since, held_s: held, needed_s: needed, kind }) {
  if (result === "met") return since ? t("since", { at: timeWords(since) }) : "";
  if (kind === "score" && held !== null) return held < needed ? t("second_set_in", { left: lengthWords(needed - held) }) : t("second_set_now");
  if (held !== null && needed && held < needed) return t("held_of", { held: lengthWords(held), needed: lengthWords(needed) });
  if (kind === "manual") return t("do_confirm");
  if (kind === "score") return t("do_score");
  return result === "unknown" ? t("waiting_data") : "";
}
