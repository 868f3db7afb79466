"""The display's page without a server has everything it asks for: one part not kept, and it shows a still picture."""

import re

from tests.static.test_front_end import STATIC

_IMPORT = re.compile(r'from "\./(\w+)\.js"')
_KEPT = re.compile(r"const (?:SCRIPTS|SHEETS) = \[(.*?)\]", re.DOTALL)
PAGE = STATIC.parents[1] / "templates" / "wall_offline.html"


def _source(script: str) -> str:
    return (STATIC / "js" / f"{script}.js").read_text(encoding="utf-8")


def _with_imports(script: str) -> set[str]:
    return {script}.union(*(_with_imports(one) for one in _IMPORT.findall(_source(script))))


def test_whatever_the_page_without_a_server_loads_is_kept_by_its_worker() -> None:
    kept = set(re.findall(r'"(\w+)"', " ".join(_KEPT.findall(_source("wall_worker")))))
    asked = set(re.findall(r"/static/(?:js|css)/(\w+)\.(?:js|css)", PAGE.read_text(encoding="utf-8")))
    assert {"wall_offline", "theme", "tokens"} <= asked
    scripts = {one for one in asked if (STATIC / "js" / f"{one}.js").exists()}
    assert asked.union(*map(_with_imports, scripts)) == kept
