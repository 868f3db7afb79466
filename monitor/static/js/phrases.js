/* Says the server's own sentences in the page's language: frames and answers carry them in English, as the record does.
   Law: the same rules as monitor/web/phrases.py, from the table it puts into the page; what no phrase knows stays English, whole.
   An English page has no table, and nothing here costs it anything. */
import { block } from "./dom.js";

const BESIDE = " · "; // between sentences of their own; it stands in no phrase
const JOINTS = ["; ", ", "];
const MOST_WORDS = 5; // of a text among the words of a row
const MOST = 2000; // sentences remembered: counts and times in words make new ones all day
const { exact = null, phrases = [], decimal = ".", keys = [], verbatim = [], between = "(,)" } = block("phrases");
const KEYS = new Set(keys);
const VERBATIM = new Set(verbatim); // what a device or a person said in their own words
const PHRASES = phrases.map(([pattern, said, own]) => ({ pattern: new RegExp(`^(?:${pattern})$`, "s"), said, own: new Set(own) }));
const BETWEEN = new RegExp(between);
const remembered = new Map();

/** A sentence of the server in the page's language. */
export function spoken(text) {
  if (exact === null) return text;
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const said = say(text);
  if (remembered.size >= MOST) remembered.clear();
  remembered.set(text, said);
  return said;
}

/** A frame or an answer with the server's sentences in it in the page's language; numbers, codes and times are left alone. */
export function inLanguage(value, key = "") {
  if (exact === null) return value;
  if (typeof value === "string") return KEYS.has(key) ? spoken(value) : value;
  if (Array.isArray(value)) return typeof value[0] !== "object" && !KEYS.has(key) ? value : value.map((one) => inLanguage(one, key));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, VERBATIM.has(name) ? one : inLanguage(one, name)]));
}

/** A number as it is read, with the decimal mark of the language; never for what a form holds or sends. */
export const decimals = (text) => (decimal === "." ? String(text) : String(text).replace(/(?<![\d.])(\d+)\.(\d+)(?![\d.])/g, `$1${decimal}$2`));

const say = (text) => (text.includes(BESIDE) ? text.split(BESIDE).map(one).join(BESIDE) : one(text));

const one = (text) => listed(text) ?? known(text) ?? joined(text) ?? row(text);

/** A list whose every part is known whole; a phrase that happens to fit it would read it wrongly. */
function listed(text) {
  for (const joint of JOINTS) {
    const parts = text.split(joint).map(exactly);
    if (parts.length > 1 && !parts.includes(null)) return parts.join(joint);
  }
  return null;
}

function known(text) {
  const small = text.slice(0, 1).toLowerCase() + text.slice(1);
  for (const one of new Set([text, small])) {
    const found = exactly(one) ?? byPattern(one);
    if (found) return one === text ? found : found.slice(0, 1).toUpperCase() + found.slice(1);
  }
  return null;
}

const exactly = (text) => (Object.hasOwn(exact, text) ? exact[text] : null);

function byPattern(text) {
  for (const { pattern, said, own } of PHRASES) {
    const found = pattern.exec(text);
    if (!found) continue;
    const holes = found.slice(1).map((part, n) => (own.has(n) ? part : say(part)));
    return said.map((part) => (typeof part === "number" ? holes[part] : part)).join("");
  }
  return null;
}

function joined(text) {
  const joint = JOINTS.find((one) => text.includes(one));
  return joint ? text.split(joint).map(say).join(joint) : null;
}

function row(text) {
  return decimals(text.split(BETWEEN).map((part, n) => (n % 2 ? part : covered(part))).join(""));
}

/** "BP systolic high" by texts that are known, the longest first; as it is when one of its words is not. */
function covered(text) {
  const words = text.split(" ");
  const said = [];
  while (words.length) {
    let n = Math.min(words.length, MOST_WORDS);
    while (n > 0 && exactly(words.slice(0, n).join(" ")) === null) n -= 1;
    if (n === 0) return text;
    said.push(exactly(words.splice(0, n).join(" ")));
  }
  return said.join(" ");
}
