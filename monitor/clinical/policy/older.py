"""A policy text that an earlier version of this program accepted, and that a session is pinned to.

Laws
1. Every number the text holds stays in force; only what that version did not know is taken from the shipped policy.
2. What is taken never makes an alarm later: no delay is lengthened that the session's own policy did not lengthen.
3. Nor is a training asked for that the session's own policy did not ask for.
4. Id, version and SHA-256 stay those of the text. New sessions and `policy check` know no such mercy.
"""

import hashlib
import tomllib
from collections.abc import Mapping

from monitor.clinical.policy.faults import PolicyRefused
from monitor.clinical.policy.policy import ClinicPolicy, parse_policy, policy_of
from monitor.clinical.staff import StaffAct

Table = Mapping[str, object]
# Tables whose keys the clinic chooses: what is absent there was left out on purpose.
_CHOSEN = frozenset({"discharge.waits", "signalling.reminder", "signalling.ladder", "quality.step", "quality.extra"})


def parse_stored(toml_text: str, shipped_text: str) -> ClinicPolicy:
    """The policy of a text from the record; raises PolicyRefused when it cannot be read even with what is missing."""
    try:
        return parse_policy(toml_text)
    except PolicyRefused as refused:
        try:
            written = tomllib.loads(toml_text)
        except tomllib.TOMLDecodeError:
            raise refused from None
        if "rule" not in written:
            raise
    filled = _filled(written, tomllib.loads(shipped_text), "")
    if "quality" not in written:
        filled["quality"] = {**_table(filled["quality"]), "extra": {}}
    for table in ("rescue", "stop_rule"):  # they name alarms and drugs the text may not have
        filled[table] = written.get(table, [])
    if "staff" not in written:
        filled["staff"] = {**_table(filled["staff"]), **{act.value: [] for act in StaffAct}}
    return policy_of(filled, hashlib.sha256(toml_text.encode()).hexdigest())


def _filled(written: Table, shipped: Table, path: str) -> dict[str, object]:
    """The written table with the shipped one's keys that it lacks, table in table."""
    filled = {**shipped, **written}
    for key, value in written.items():
        inside = f"{path}.{key}" if path else key
        if isinstance(value, dict) and isinstance(shipped.get(key), dict) and inside not in _CHOSEN:
            filled[key] = _filled(value, _table(shipped[key]), inside)
    return filled


def _table(value: object) -> Table:
    return value if isinstance(value, dict) else {}
