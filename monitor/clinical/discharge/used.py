"""What each criterion looks at, so that a signature can name it. Law: the same windows as the criteria themselves."""

from dataclasses import dataclass
from datetime import datetime

from monitor.clinical.discharge.evidence import DischargeEvidence
from monitor.clinical.discharge.vitals import rates, seconds, vitals_as_of
from monitor.clinical.policy.parts import DischargePolicy
from monitor.clinical.vitals import Vital

# The kinds of assessments that answer each criterion.
ASSESSMENTS: dict[str, tuple[str, ...]] = {
    "breathing": ("aldrete",),
    "scores": ("aldrete", "mpadss"),
    "awake": ("moaas", "rass", "orientation", "poss"),
    "dissociation": ("cadss6", "perception"),
    "comfort": ("gait", "nausea", "nrs"),
    "confirmations": ("confirmations",),
}


@dataclass(frozen=True, slots=True)
class Window:
    """Values of one vital charted from a time (None: all there are) to a time, both included."""

    vital: Vital
    from_at: datetime | None
    until_at: datetime

    def holds(self, vital: str, at: datetime) -> bool:
        """Whether a value is one of them."""
        return vital == self.vital and (self.from_at is None or self.from_at <= at) and at <= self.until_at


def windows(policy: DischargePolicy, evidence: DischargeEvidence, now: datetime) -> dict[str, tuple[Window, ...]]:
    """The values each vital criterion is judged on at `now`; none when captured vitals no longer count."""
    as_of = vitals_as_of(policy, evidence, now)
    if as_of is None:
        return {}
    vital, last = rates(policy, evidence, as_of)
    heart = (Window(vital, last[0][0], as_of),) if last else ()
    opens_at = as_of - seconds(policy.sustained_s)
    return {
        "circulation": (Window(Vital.NIBP_SYS, None, as_of), Window(Vital.NIBP_DIA, None, as_of), *heart),
        "breathing": (Window(Vital.SPO2, opens_at, as_of), Window(Vital.RR, opens_at, as_of)),
    }
