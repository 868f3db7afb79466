/* The alarms of the devices themselves, as they last said them: apart from ours, without a sound or a button.
   Law: one not said again for a while is greyed and says so; it goes only when the server says that the device ended it. */
import { ageNow, ageWords, stamp } from "./age.js";
import { fill, make, one, put, say } from "./dom.js";
import { inert } from "./inert.js";
import { clockWords, has, t } from "./words.js";

const OLD_S = 30;

/** "Device alarm: ** SpO2 LOW (+2)" */
export const deviceWords = (alarm, more = 0) => t("device_says", { words: inert(alarm.words) }) + (more > 0 ? ` (+${more})` : "");

export class DeviceAlarmList {
  #root;
  #alarms = [];

  constructor(root) {
    this.#root = root;
  }

  show(alarms, leftOut = 0) {
    const nowMs = performance.now();
    this.#alarms = alarms.map((alarm) => stamp(alarm, nowMs));
    put(this.#root, "hidden", alarms.length === 0);
    const shown = JSON.stringify([leftOut, alarms.map(({ age_s, ...rest }) => rest)]); // an age alone makes nobody hear it again
    if (this.#root.dataset.shown !== shown) {
      put(this.#root, "data-shown", shown);
      fill(this.#root, ...alarms.map((alarm) => make("li", { "data-code": alarm.code, title: inert(alarm.source) }, make("b", {}, make("bdi", {}, deviceWords(alarm))), make("small", {}, detail(alarm)), make("small", { "data-part": "age" }))), ...(leftOut > 0 ? [make("li", { "data-part": "more" }, t("device_more", { count: leftOut }))] : []));
    }
    this.tick(nowMs);
  }

  tick(nowMs = performance.now()) {
    this.#alarms.forEach((alarm, n) => {
      const row = this.#root.children[n];
      const age = ageNow(alarm, nowMs);
      put(row, "data-old", age > OLD_S);
      say(one("[data-part=age]", row), age > OLD_S ? t("device_last_said", { age: ageWords(age) }) : "");
    });
  }
}

function detail({ since_at, phase, priority, audio, heard_again }) {
  const said = [t("device_since", { at: clockWords(since_at) })];
  if (!heard_again) said.push(t("device_not_heard_again"));
  for (const [part, word] of [["priority", priority], ["phase", phase], ["audio", audio]]) {
    if (!word || word === "start" || word === "enabled") continue;
    said.push(has(`device_${part}_${word}`) ? t(`device_${part}_${word}`) : inert(word));
  }
  return said.join(" · ");
}
