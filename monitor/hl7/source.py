"""What IT settles about one source: whose clock, which zone, where its bed stands, how it wants to be answered.

Law: a setting never changes what a device sent, only how it is understood.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.clinical.vitals import Vital
from monitor.errors import ConfigurationRefused
from monitor.hl7.peers import SourcePeers, source_peers

EVERY_OTHER = "*"  # the settings of every source that has none of its own
AckForm = Literal["original", "enhanced"]
_BED_FIELD = re.compile(r"PV1-3\.([1-9])|OBX-18", re.ASCII)


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """Settings of one source; raises ConfigurationRefused for a bed field that is not PV1-3.1 to PV1-3.9 or OBX-18.

    `clock`: "device" charts the device's own time whatever it says (replays). `zone` is for times without one.
    `apnoea`: the source sends its own apnoea alarm, or a rate of 0, when it sees one: an averaged rate shows nothing.
    `ack_form`: None lets MSH-15/16 decide. `priorities` replaces the order of MDC numbers of a vital (codes.toml).
    `peers`: the addresses and certificates that may speak as this source; empty: all that may connect.
    """

    clock: Literal["server", "device"] = "server"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    ack_form: AckForm | None = None
    bed_field: str = "PV1-3.3"
    apnoea: bool = False
    priorities: Mapping[Vital, tuple[int, ...]] = field(default_factory=dict)
    peers: SourcePeers = field(default_factory=SourcePeers)

    def __post_init__(self) -> None:
        if _BED_FIELD.fullmatch(self.bed_field) is None:
            raise ConfigurationRefused(f"bed field {self.bed_field!r} is neither like 'PV1-3.3' nor 'OBX-18'")


def parse_sources(toml_text: str, every_other: SourceSettings) -> dict[str, SourceSettings]:
    """The settings of each source by MSH-3.1, and of all others under EVERY_OTHER; raises ConfigurationRefused.

    The text has one table a source: `[source."NAME"]` with `clock`, `zone`, `ack_form`, `bed_field`, `apnoea`,
    `priorities`, `peers`.
    """
    try:
        tables = tomllib.loads(toml_text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationRefused(f"the sources file is not TOML: {error}") from error
    sources = tables.pop("source", {})
    if tables or not isinstance(sources, dict):
        raise ConfigurationRefused('the sources file holds only tables like [source."NAME"]')
    common = sources.pop(EVERY_OTHER, {})
    base = _source(EVERY_OTHER, common, every_other)
    return {EVERY_OTHER: base, **{name: _source(name, table, base) for name, table in sources.items()}}


def _source(name: str, table: object, base: SourceSettings) -> SourceSettings:
    if not isinstance(table, dict):
        raise ConfigurationRefused(f"source {name!r} is not a table")
    unknown = sorted(set(table) - {"clock", "zone", "ack_form", "bed_field", "apnoea", "priorities", "peers"})
    if unknown:
        raise ConfigurationRefused(f"source {name!r} has no setting {unknown[0]!r}")
    changes: dict[str, object] = {}
    for setting, words in (("clock", ("server", "device")), ("ack_form", ("original", "enhanced"))):
        if setting in table and table[setting] not in words:
            raise ConfigurationRefused(f"source {name!r}: {setting} is {' or '.join(words)}")
    if "apnoea" in table:
        if not isinstance(table["apnoea"], bool):
            raise ConfigurationRefused(f"source {name!r}: apnoea is true or false")
        changes["apnoea"] = table["apnoea"]
    try:
        changes |= {setting: str(table[setting]) for setting in ("clock", "ack_form", "bed_field") if setting in table}
        changes |= {setting: read(table[setting]) for setting, read in _READ.items() if setting in table}
    except (ZoneInfoNotFoundError, ValueError, TypeError, AttributeError) as error:
        raise ConfigurationRefused(f"source {name!r}: {error}") from error
    return replace(base, **changes)  # type: ignore[arg-type]  # each value was checked above


def _priorities(table: object) -> dict[Vital, tuple[int, ...]]:
    if not isinstance(table, dict):
        raise ValueError("priorities is a table like {rr = [151562, 151578]}")
    return {Vital(vital): tuple(int(number) for number in order) for vital, order in table.items()}


def _peers(words: object) -> SourcePeers:
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
        raise ValueError("peers is a list like ['10.1.2.0/24', 'CN=monitor 7']")
    return source_peers(words)


_READ: Mapping[str, Callable[[object], object]] = {
    "zone": lambda name: ZoneInfo(str(name)),
    "priorities": _priorities,
    "peers": _peers,
}
