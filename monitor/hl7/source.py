"""What IT settles about one source: whose clock, which zone, where its bed stands, how it wants to be answered.

Law: a setting never changes what a device sent, only how it is understood.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import ZoneInfo

from monitor.clinical.vitals import Vital
from monitor.errors import ConfigurationRefused

AckForm = Literal["original", "enhanced"]
_BED_FIELD = re.compile(r"PV1-3\.([1-9])|OBX-18", re.ASCII)


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """Settings of one source; raises ConfigurationRefused for a bed field that is not PV1-3.1 to PV1-3.9 or OBX-18.

    `clock`: "device" charts the device's own time whatever it says (replays). `zone` is for times without one.
    `ack_form`: None lets MSH-15/16 decide. `priorities` replaces the order of MDC numbers of a vital (codes.toml).
    """

    clock: Literal["server", "device"] = "server"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    ack_form: AckForm | None = None
    bed_field: str = "PV1-3.3"
    priorities: Mapping[Vital, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if _BED_FIELD.fullmatch(self.bed_field) is None:
            raise ConfigurationRefused(f"bed field {self.bed_field!r} is neither like 'PV1-3.3' nor 'OBX-18'")
