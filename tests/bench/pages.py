"""What a board of 16 chairs costs in a real Chromium without a GPU; how soon an alarm is painted and sounds.

Law: the page is the one a nurse opens, the sender and the server are processes of their own; nothing of the page is
changed, it is only looked at from outside (CDP) and by observers that write down when something appeared.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import CDPSession, Error, Page, sync_playwright

from monitor.clock import system_clock
from monitor.security.roles import Role
from monitor.store.engine import open_engine
from monitor.store.rows import Batch, ReadingRow
from monitor.store.store import Store
from tests.bench.clinic import furnish, settings
from tests.bench.load import percentiles_ms
from tests.browser import chromium
from tests.browser.visitor import Visitor
from tests.server import HOUSE, Server

CHAIRS = 16
SETTLES_S = 20
ALARM_EVERY_S = 6
LOOK = """
globalThis.longTasks = []; globalThis.painted = {}; globalThis.sounded = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) globalThis.longTasks.push(one.startTime);
}).observe({ type: "longtask", buffered: true });
document.addEventListener("DOMContentLoaded", () => {
  new MutationObserver((changes) => {
    const now = Date.now();
    for (const { target, attributeName } of changes) {
      if (attributeName === "data-look" && target.dataset.look === "high" && target.dataset.chair) {
        requestAnimationFrame(() => (globalThis.painted[target.dataset.chair] ??= Date.now()));
      }
      if (attributeName === "data-sounding" && document.body.dataset.sounding === "high") globalThis.sounded.push(now);
    }
  }).observe(document.documentElement, {
    subtree: true, attributes: true, attributeFilter: ["data-look", "data-sounding"],
  });
});
"""
PAST_MIN = 75
# Each drawing of the chart, from its call to the frame in which it is seen.
TIMED = """
() => {
  globalThis.drawings = [];
  for (const name of ["extendTraces", "redraw"]) {
    const draw = globalThis.Plotly[name];
    globalThis.Plotly[name] = async (...asked) => {
      const began = performance.now();
      const drawn = await draw(...asked);
      requestAnimationFrame(() => globalThis.drawings.push(performance.now() - began));
      return drawn;
    };
  }
}
"""
SEEN = """
() => [...document.querySelectorAll("[data-vital=hr] .value")].some((one) => /^[0-9]+$/.test(one.textContent.trim()))
"""


def board(seconds: int) -> dict[str, Mapping[str, object] | float]:
    """What was measured, by name, at one message a second and chair for so many seconds.

    `script_share` and `task_share` of one core, `long_tasks`, `heap_growth_mb`, `first_value_ms` after navigation;
    `alarm_painted_ms` and `alarm_sounding_ms` with percentiles, after the sender wrote the message.
    """
    with tempfile.TemporaryDirectory(prefix="bench-page-") as folder:
        server = Server(Path(folder) / "data", settings(CHAIRS))
        server.prepare({"nurse": Role.NURSE})
        furnish(server, CHAIRS)
        server.start()
        try:
            return _looked_at(server, Path(folder), seconds)
        finally:
            server.stop()


def session(seconds: int) -> Mapping[str, object]:
    """What one update of a session page costs with 75 minutes of a value a second drawn, in milliseconds."""
    with tempfile.TemporaryDirectory(prefix="bench-page-") as folder:
        server = Server(Path(folder) / "data", settings(1))
        server.prepare({"nurse": Role.NURSE})
        furnish(server, 1)
        _past(server)
        server.start()
        load = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.load", "--to", f"127.0.0.1:{server.mllp_port}", "--beds", "1",
             "--seconds", str(seconds + 30), "--warm-up", "5", "--out", str(Path(folder) / "load.json")],
            cwd=HOUSE, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            return _drawn(server, seconds)
        finally:
            load.terminate()
            load.wait(30)
            server.stop()


def _drawn(server: Server, seconds: int) -> Mapping[str, object]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.ARGUMENTS))
        context = browser.new_context(viewport={"width": 1920, "height": 1080})
        visitor = Visitor(server, context)
        visitor.sign_in("nurse").close()
        page = visitor.open("/sessions/1")
        page.get_by_role("button", name="All", exact=True).click()
        page.wait_for_function("() => document.querySelector('#chart')?.data?.some((one) => one.x?.length > 400)")
        time.sleep(5)
        page.evaluate(TIMED)
        time.sleep(seconds)
        drawings = page.evaluate("() => globalThis.drawings")
        browser.close()
    return percentiles_ms([ms / 1000 for ms in drawings])


def _past(server: Server) -> None:
    """75 minutes of what the monitor measured, written before the server starts."""
    store = Store(open_engine(f"sqlite:///{server.data_dir / 'monitor.db'}", server.data_dir))
    now = system_clock().now()
    rows = []
    for ago_s in range(PAST_MIN * 60, 5, -1):
        at, wave = now - timedelta(seconds=ago_s), float(ago_s % 7)
        values = {"hr": 70 + wave, "pr": 70 + wave, "spo2": 97 - wave / 3, "rr": 14 + wave / 2, "etco2": 38 + wave / 2}
        if ago_s % 300 == 0:
            values |= {"nibp_sys": 122 + wave, "nibp_dia": 74 + wave, "nibp_mean": 90 + wave}
        rows.append(ReadingRow(1, 1, "B1", at, at, at, values))
    store.write(Batch(readings=tuple(rows)))


def _looked_at(server: Server, folder: Path, seconds: int) -> dict[str, Mapping[str, object] | float]:
    whole_s = SETTLES_S + seconds + CHAIRS * ALARM_EVERY_S + 10
    alarms = [
        f"{SETTLES_S + seconds + number * ALARM_EVERY_S}:B{number + 1}:nibp=205/118" for number in range(CHAIRS - 1)
    ]
    load = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.load", "--to", f"127.0.0.1:{server.mllp_port}", "--beds", str(CHAIRS),
         "--seconds", str(whole_s), "--warm-up", "5", "--out", str(folder / "load.json"),
         *(part for one in alarms for part in ("--inject", one))],
        cwd=HOUSE, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    with sync_playwright() as playwright:
        arguments = [*chromium.ARGUMENTS, "--autoplay-policy=no-user-gesture-required"]
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=arguments)
        context = browser.new_context(viewport={"width": 1920, "height": 1080})
        context.add_init_script(LOOK)
        Visitor(server, context).sign_in("nurse").close()
        time.sleep(8)
        page = context.new_page()
        page.goto(server.origin)
        first_ms = page.wait_for_function(f"() => ({SEEN.strip()})() && performance.now()", polling=10).json_value()
        figures = _steady(page, context.new_cdp_session(page), seconds)
        seen, heard = _alarms(page, load)
        browser.close()
    sent = json.loads((folder / "load.json").read_text())["injections"]
    return {**figures, "first_value_ms": float(first_ms), **_delays(sent, seen, heard)}


def _steady(page: Page, cdp: CDPSession, seconds: int) -> dict[str, Mapping[str, object] | float]:
    """The page at one message a second and chair, after it has settled."""
    cdp.send("Performance.enable")
    time.sleep(SETTLES_S - 10)
    page.evaluate("() => { globalThis.longTasks.length = 0; }")
    before = _metrics(cdp)
    time.sleep(seconds)
    after = _metrics(cdp)
    passed_s = after["Timestamp"] - before["Timestamp"]
    return {
        "script_share": (after["ScriptDuration"] - before["ScriptDuration"]) / passed_s,
        "task_share": (after["TaskDuration"] - before["TaskDuration"]) / passed_s,
        "long_tasks": float(page.evaluate("() => globalThis.longTasks.length")),
        "heap_growth_mb": (after["JSHeapUsedSize"] - before["JSHeapUsedSize"]) / 2**20,
    }


def _metrics(cdp: CDPSession) -> dict[str, float]:
    cdp.send("HeapProfiler.collectGarbage")
    return {one["name"]: one["value"] for one in cdp.send("Performance.getMetrics")["metrics"]}


def _alarms(page: Page, load: "subprocess.Popen[bytes]") -> tuple[dict[str, float], list[float]]:
    """When each chair's alarm was painted and each burst began (wall clock, ms); it is then acknowledged."""
    while load.poll() is None:
        time.sleep(1.5)
        with suppress(Error):
            page.locator(".tile[data-look=high]").get_by_role("button", name="Acknowledge").first.click(timeout=300)
    return page.evaluate("() => globalThis.painted"), page.evaluate("() => globalThis.sounded")


def _delays(
    sent: list[dict[str, object]], seen: Mapping[str, float], heard: list[float]
) -> dict[str, Mapping[str, object] | float]:
    wall_ms = (time.time() - time.monotonic()) * 1000
    painted, sounded = [], []
    for one in sent:
        at_ms = float(str(one["first_sent_mono_s"])) * 1000 + wall_ms
        if (shown_ms := seen.get(str(one["bed"]).removeprefix("B"))) is not None:
            painted.append((shown_ms - at_ms) / 1000)
        after = [ms - at_ms for ms in heard if 0 <= ms - at_ms < ALARM_EVERY_S * 1000]
        sounded += [after[0] / 1000] if after else []
    return {
        "alarm_painted_ms": percentiles_ms(painted),
        "alarm_sounding_ms": percentiles_ms(sounded),
        "alarms_not_painted": float(len(sent) - len(painted)),
    }
