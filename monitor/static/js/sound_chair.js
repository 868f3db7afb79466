/* The sound of one chair on its own page: pause it, see the countdown, end the pause.
   Law: drawn from the session's head as the server said it; the countdown runs on the server's clock. */
import { one, put, say } from "./dom.js";
import { report } from "./ask.js";
import { refusal } from "./api.js";
import { mayPause, setPause } from "./sound_pause.js";
import { lengthWords, t } from "./words.js";

/** Attach the button of a session's page. */
export function attachChairSound(live) {
  const button = one("#chair-sound");
  let head = null;
  let busy = false;

  function draw() {
    if (!head) return;
    const { priority, paused_until_at: until } = head.audio;
    const leftS = until ? (Date.parse(until) - (live.serverNow()?.getTime() ?? Date.now())) / 1000 : 0;
    const resumes = leftS > 0 && !priority;
    put(button, "hidden", !mayPause() || !(priority || resumes));
    put(button, "disabled", busy);
    put(button, "data-act-sound", resumes ? "resume_audio" : "pause_audio");
    say(button, resumes ? t("chair_sound_resume", { time: lengthWords(Math.ceil(leftS)) }) : t("chair_sound_pause"));
  }

  button.addEventListener("click", async () => {
    busy = true;
    draw();
    const reply = await setPause({ session: head.id, version: head.version }, button.dataset.actSound);
    busy = false;
    if (!reply.ok) report(one("#score-said"), refusal(reply));
    draw();
  });
  for (const name of ["session", "session_changed"]) live.on(name, (frame) => ((head = frame.session), draw()));
  live.on("tick", draw);
}
