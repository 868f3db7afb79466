/* What a device sent, made safe to read: characters that are not seen, or that turn the line around, are written out. */

const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/** "BED\u202e1" -> "BED\u{202e}1"; null is an empty text. */
export function inert(text) {
  return String(text ?? "").replace(UNSEEN, (letter) => `\\u{${letter.codePointAt(0).toString(16)}}`);
}
