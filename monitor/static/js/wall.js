/* Keeps the screen of a display awake.
   Law: the browser gives the lock back whenever the page is hidden, and may refuse it; it is asked for again each time the
   page is seen, and while it is refused the page says so. */
import { one, put } from "./dom.js";

const AGAIN_MS = 60_000;
let lock = null;

async function stayAwake() {
  if (document.visibilityState !== "visible" || (lock && !lock.released)) return;
  try {
    lock = await navigator.wakeLock.request("screen");
    lock.addEventListener("release", stayAwake);
  } catch {
    lock = null; // no such lock without https, on battery, or in this browser: said below, asked for again in a minute
  }
  put(one("#awake"), "hidden", lock !== null);
}

document.addEventListener("visibilitychange", stayAwake);
setInterval(stayAwake, AGAIN_MS);
stayAwake();

/** What is shown when the server cannot be reached and the page has to be loaded: kept by a worker (https or this machine only). */
async function keepPage() {
  const path = "/wall-worker.js";
  const policy = globalThis.trustedTypes?.createPolicy("wall-worker", { createScriptURL: () => path });
  try {
    await navigator.serviceWorker.register(policy?.createScriptURL(path) ?? path, { scope: "/wall" });
  } catch {
    // a browser without workers shows its own page then, and this one heals itself as long as it is open
  }
}

keepPage();
