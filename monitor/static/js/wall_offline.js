/* What a display shows while it cannot reach the server: that it shows nothing, for how long, and what to do.
   Laws: no number and no clock that could be taken for live; it looks for the server without end and comes back by itself;
   from 10 s on it sounds as a page that lost its server, or says SOUND OFF. */
import { one, put, say } from "./dom.js";
import { Sounder } from "./sounder.js";
import { lengthWords, t } from "./words.js";

const LOOK_MS = 3000;
const TICK_MS = 250;
const SOUNDS_AFTER_MS = 10_000;
const GATEWAY = 502;
const sounder = new Sounder();

async function look() {
  try {
    const reply = await fetch("/wall", { method: "HEAD", redirect: "manual", cache: "no-store", credentials: "same-origin" });
    if (reply.status < GATEWAY) location.replace("/wall");
  } catch {
    // still not there: looked for again
  }
  setTimeout(look, LOOK_MS);
}

function tick() {
  const goneMs = performance.now();
  say(one("#offline-for"), t("offline_for", { time: lengthWords(goneMs / 1000) }));
  sounder.watch();
  if (goneMs > SOUNDS_AFTER_MS) sounder.sound("page");
  put(one("#offline-sound"), "hidden", sounder.can);
}

setTimeout(look, LOOK_MS);
setInterval(tick, TICK_MS);
tick();
