/* Puts an alarm of every look on a page, drawn by the page's own scripts and styles: strips, the tile and the number it
   fills, the counts of the bar, the call of all stations; each unanswered and acknowledged. */
async () => {
  const { AlarmStrip } = await import("/static/js/alarms.js");
  const strips = document.querySelector("#alarms") ?? document.querySelector("main > div");
  const tile = document.querySelector(".tile:not([data-free=bare])");
  const number = document.querySelector("#session .number");
  const calls = document.querySelector("#calls");

  function stripOf(priority, acknowledged) {
    const strip = new AlarmStrip();
    const state = acknowledged ? "acknowledged" : "active";
    const what = { words: "SpO₂ 86 < 90", value: 86, age_s: 41, reach: "physician" };
    strip.show({ id: `drawn-${priority}`, session: 1, priority, kind: "physiological", state, acknowledged, ...what });
    return strip.element;
  }

  function tileOf(look, acknowledged) {
    const other = tile.cloneNode(true);
    other.removeAttribute("id");
    Object.assign(other.dataset, { look, alarmState: acknowledged ? "acknowledged" : "active" });
    other.querySelector(".tile-foot").hidden = true;
    other.querySelector(".strip").replaceWith(stripOf(look, acknowledged));
    const cell = other.querySelector("[data-vital=spo2]");
    Object.assign(cell.dataset, { look, state: "fresh", ...(acknowledged ? { acknowledged: "true" } : {}) });
    return other;
  }

  for (const look of ["high", "medium", "low"]) {
    for (const acknowledged of [null, { by: "N. N.", saw: 86 }]) {
      if (tile) tile.parentElement.append(tileOf(look, acknowledged));
      else strips.append(stripOf(look, acknowledged));
    }
    if (number) {
      const other = number.cloneNode(true);
      Object.assign(other.dataset, { priority: look, state: "fresh" });
      number.parentElement.append(other);
    }
    document.querySelector(`[data-count=${look}]`).dataset.some = look;
    const call = document.createElement("a");
    Object.assign(call, { className: "call", href: "/" });
    call.dataset.look = look;
    call.append(Object.assign(document.createElement("b"), { textContent: "Chair 6" }), " nobody has answered");
    calls.parentElement.append(call);
  }
}
