/* Who changed what meanwhile, for a person to review before they send their own entry again.
   Law: nothing a person entered is thrown away because somebody else was first. */
import { make } from "./dom.js";
import { clockWords, t } from "./words.js";

/** {version, changes} of a refused act that can be sent again after review; null when the reply says no such thing. */
export function reviewed({ status, body }) {
  const current = body.current;
  return status === 409 && current?.changes?.length ? current : null;
}

/** "Changed by NAME at TIME: WORDS". */
export const changeWords = ({ by, at, words }) => t("changed_by", { by, at: clockWords(at), words });

/** The changes as a list, the newest last. */
export const changesList = (changes) => make("ul", {}, ...changes.map((change) => make("li", {}, changeWords(change))));
