/* Passkeys and security keys: asks the browser for one and sends its answer with the form it belongs to.
   Law: nothing is decided here; the server checks origin, challenge and signature. */
import { say } from "./dom.js";

const BYTES = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

function toBytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function toText(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const described = (list) => (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));

/** The options of the server, with bytes where the browser wants bytes. */
function read({ publicKey }) {
  const asked = { ...publicKey, challenge: toBytes(publicKey.challenge) };
  if (asked.user) asked.user = { ...asked.user, id: toBytes(asked.user.id) };
  if (asked.excludeCredentials) asked.excludeCredentials = described(asked.excludeCredentials);
  if (asked.allowCredentials) asked.allowCredentials = described(asked.allowCredentials);
  return asked;
}

/** What the browser answered, as the server reads it. */
function written({ id, rawId, type, response }) {
  const said = {};
  for (const name of BYTES) if (response[name]) said[name] = toText(response[name]);
  return JSON.stringify({ id, rawId: toText(rawId), type, response: said, clientExtensionResults: {} });
}

async function answer(event) {
  const form = event.currentTarget;
  if (form.elements.proof.value) return;
  event.preventDefault();
  const said = form.querySelector(".said");
  if (!window.PublicKeyCredential) {
    say(said, said.dataset.wordsNone);
    return;
  }
  say(said, "");
  const publicKey = read(JSON.parse(document.getElementById("passkey-asked").textContent));
  try {
    form.elements.proof.value = written(await navigator.credentials[form.dataset.passkey]({ publicKey }));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // the person said no, or took too long
    say(said, said.dataset.wordsFailed);
    return;
  }
  form.requestSubmit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) form.addEventListener("submit", answer);

for (const elsewhere of document.querySelectorAll("[data-host]")) {
  const here = location.hostname === elsewhere.dataset.host;
  elsewhere.hidden = here;
  for (const form of document.querySelectorAll('[data-testid="passkey"]')) form.hidden = !here;
}
