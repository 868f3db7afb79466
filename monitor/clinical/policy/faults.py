"""What is wrong with a policy text, all of it at once. Law: a fault names the place, what is written there, and what
would be accepted; a policy with one fault is refused whole.
"""

from dataclasses import dataclass, field

from monitor.clinical.policy.parts import Quantity
from monitor.errors import ConfigurationRefused

NOTHING = "nothing is written"


@dataclass(frozen=True, slots=True)
class PolicyFault:
    """One fault: `path` as in `rule[sbp_high].medium.limit`, what was found there, what is accepted."""

    path: str
    found: str
    accepted: str

    def __str__(self) -> str:
        return f"{self.path}: {self.found}; accepted: {self.accepted}."


class PolicyRefused(ConfigurationRefused):
    """A policy that must not be used, with every fault that was found; the message has one line a fault."""

    code = "policy_refused"

    def __init__(self, *faults: PolicyFault) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(slots=True)
class Findings:
    """What reading one text has found so far: its numbers with their sources, and its faults."""

    quantities: list[Quantity] = field(default_factory=list)
    faults: list[PolicyFault] = field(default_factory=list)

    def is_good(self, path: str) -> bool:
        """Whether nothing is wrong at this path or below it."""
        return not any(fault.path == path or fault.path.startswith(f"{path}.") for fault in self.faults)


def shown(value: object) -> str:
    """A written value as a fault names it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:g}"
    if isinstance(value, str):
        return f"“{value if len(value) <= 40 else value[:40] + '…'}”"
    if isinstance(value, dict):
        return "a table"
    return "a list" if isinstance(value, list) else "a date or time"
