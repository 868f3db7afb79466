/* What may be thought of now (suggestions), and what this chair's monitor cannot show (notices).
   Laws: words of the server, in the colours of text: a suggestion is no alarm and must not look like one; its place keeps
   its height when it is empty, so that nothing below moves. */
import { fill, make } from "./dom.js";

export function showAdvice(place, { suggestions = [], notices = [] }) {
  const rows = [...suggestions.map((one) => ["suggestion", one]), ...notices.map((one) => ["notice", one])];
  fill(place, ...rows.map(([kind, { id, words }]) => make("li", { "data-kind": kind, "data-advice": id }, words)));
}
