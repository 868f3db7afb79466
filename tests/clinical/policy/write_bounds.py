"""Every bound of the shipped policy's numbers, as refusals tell it: far below, far above, a fraction, and missing.

After changing a bound on purpose: `.venv/bin/python -m tests.clinical.policy.write_bounds`, and read the difference.
"""

import re
import tomllib
from pathlib import Path

from monitor.clinical.policy.faults import Findings
from monitor.clinical.policy.policy import read_policy
from monitor.clinical.policy.reader import Part
from tests.clinical.bedside import TEXT

BOUNDS = Path(__file__).parent / "texts" / "bounds.txt"
FAR_BELOW, FAR_ABOVE, A_FRACTION = -1e9, 1e9, 3.5


def _spoil(table: dict[str, object], wrong: float | None) -> None:
    """Every number of the text becomes `wrong`, or is taken out."""
    for key, value in list(table.items()):
        if isinstance(value, dict):
            _spoil(value, wrong)
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    _spoil(item, wrong)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            if wrong is None:
                del table[key]
            else:
                table[key] = wrong


def refusals(wrong: float | None) -> list[str]:
    """What is refused when every number is this one; one line for the same of many rules, in order of the text."""
    tables = tomllib.loads(TEXT)
    _spoil(tables, wrong)
    findings = Findings()
    read_policy(Part(tables, "", findings), findings, "")
    return list(dict.fromkeys(re.sub(r"\[[^]]*\]", "[…]", str(fault)) for fault in findings.faults))


def every_bound() -> str:
    """The whole text of the four ways to be wrong."""
    named = {"far below": FAR_BELOW, "far above": FAR_ABOVE, "a fraction": A_FRACTION, "missing": None}
    return "\n".join(line for name, wrong in named.items() for line in (f"# {name}", *refusals(wrong), ""))


if __name__ == "__main__":
    BOUNDS.write_text(every_bound(), encoding="utf-8")
