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
