/* Asks the server by HTTP; every human act goes this way.
   Law: nothing is called done before the server's reply says so; a refusal is handed back in words, never thrown away. */
import { inLanguage } from "./phrases.js";
import { t } from "./words.js";

const TIMEOUT_MS = 10_000;

/** A new identity for one act, so that a resend is never done twice. */
export function requestId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // pages served without https have no randomUUID
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

async function ask(path, options) {
  const url = path.startsWith("/") ? path : `/api/v1/${path}`;
  try {
    const reply = await fetch(url, { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS), ...options });
    const kind = reply.headers.get("content-type") ?? "";
    const body = kind.includes("json") ? inLanguage(await reply.json()) : kind.includes("pdf") ? { file: await reply.blob() } : {};
    return { status: reply.status, ok: reply.ok && !reply.redirected, body };
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof DOMException || error instanceof SyntaxError)) throw error;
    return { status: 0, ok: false, body: { error: "unreachable" } };
  }
}

/** GET; path is absolute ("/api/v1/…") or relative to /api/v1/. -> {status, ok, body}; status 0 when the server was not reached. */
export function get(path) {
  return ask(path, { method: "GET", headers: { Accept: "application/json" } });
}

function send(method, path, body) {
  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token };
  return ask(path, { method, headers, body: JSON.stringify(body) });
}

/** POST a JSON body. -> {status, ok, body}; a PDF is body.file. */
export const post = (path, body) => send("POST", path, body);
/** PUT a JSON body. -> {status, ok, body} */
export const put = (path, body) => send("PUT", path, body);

/** What a refused reply means, in words: the server's sentence first, with what is missing. */
export function refusal(reply) {
  const { status, body } = reply;
  const missing = Array.isArray(body.missing) && body.missing.length ? ` ${t("missing_list", { list: body.missing.join(", ") })}` : "";
  if (body.message) return body.message + missing;
  if (status === 0) return t("not_reached");
  if (status === 401) return t("signed_out");
  if (status === 403) return t("not_allowed");
  if (status === 409) return t("conflict");
  return t("refused", { status }) + missing;
}
