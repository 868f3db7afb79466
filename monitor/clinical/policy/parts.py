"""The parts of a clinic's policy besides the alarm rules. Law: plain numbers in seconds and canonical units; where each
comes from stands in ClinicPolicy.quantities, under the same name as in the TOML text.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.clinical.alarms.table import AlarmPriority, Reach


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number as the clinic wrote it, with its source and mark (V verified, M from memory, D derived)."""

    name: str
    value: float
    unit: str
    source: str
    mark: str


@dataclass(frozen=True, slots=True)
class TechnicalRule:
    """One technical alarm: its priority, a higher one while drug is running, and whether pause_monitoring quiets it."""

    id: str
    priority: AlarmPriority
    while_infusing: AlarmPriority
    quiet_in_pause: bool
    source: str
    mark: str


@dataclass(frozen=True, slots=True)
class FreshnessPolicy:
    """How long a value may be taken for the present one (DESIGN.md "Time")."""

    intervals: float  # a continuous value is current for so many intervals of its source …
    continuous_min_s: float  # … and at least this long
    missing_min_s: float  # a vital is missing after the same intervals, at least this long
    spo2_cuff_s: float  # SpO2 while a cuff inflates on that limb
    feed_min_s: float  # the whole feed is silent after the same intervals, at least this long
    episodic_s: float  # a spot value of an episodic vital
    bp_overdue_factor: float
    bp_overdue_extra_s: float
    pause_monitoring_s: float  # the longest pause


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: whom an alarm calls that nobody has acknowledged for so long."""

    reach: Reach
    after_s: float


@dataclass(frozen=True, slots=True)
class SoundingPolicy:
    """When a station counts as silent, and how often its sound is proved; real seconds."""

    expires_s: float  # a page's word that it sounds
    after_restart_s: float  # so long pages may take to come back
    check_every_s: float  # a person listens
    test_every_s: float  # the server has a test sounded


@dataclass(frozen=True, slots=True)
class SignallingPolicy:
    """How alarms are heard (CLINICAL.md §3.4 to §3.6); a priority that is not in a mapping has none of it."""

    audio_pause_s: float
    reminder_s: Mapping[AlarmPriority, float]
    ladder: Mapping[AlarmPriority, tuple[Rung, ...]]  # from near to far
    sounding: SoundingPolicy


@dataclass(frozen=True, slots=True)
class BaselinePolicy:
    """How a baseline is taken (CLINICAL.md §2.6)."""

    nibp_readings: int
    nibp_apart_s: float
    nibp_window_s: float
    continuous_window_s: float
    continuous_samples: int


@dataclass(frozen=True, slots=True)
class BpSchedule:
    """When blood pressure is due (CLINICAL.md §2.6)."""

    close_every_s: float
    close_after_start_s: float
    close_after_change_s: float
    infusing_every_s: float
    recovery_every_s: float
    always_at_s: float
    repeat_after_s: float  # a repeat that an alarm limit asks for, after the measurement that was beyond it


@dataclass(frozen=True, slots=True)
class SeriesPolicy:
    """What a new series of infusions is planned as, unless somebody plans otherwise (CLINICAL.md §1.2)."""

    planned_infusions: int
    interval_h: float  # the shortest gap between two
    nurse_adopts_order: bool = False  # a nurse may take the order of the series over for a session


@dataclass(frozen=True, slots=True)
class ScoreSchedule:
    """When scores are due (CLINICAL.md §1.5): how often while drug runs and after it, and the one of dissociation."""

    sedation_infusing_s: float
    sedation_recovery_s: float
    pain_infusing_s: float
    pain_recovery_s: float
    dissociation_at_s: float  # after the start, or at the end of the infusion when that is sooner


@dataclass(frozen=True, slots=True)
class DischargePolicy:
    """The discharge gate (CLINICAL.md §4.5)."""

    after_end_s: float
    after_start_s: float  # 0: off
    override_floor_s: float
    override_floor_mg_per_kg: float
    aldrete_min: int
    mpadss_min: int
    sets_apart_s: float
    near_baseline_percent: float
    sys_below: float
    dia_below: float
    falling_apart_s: float
    hr_low: float
    hr_high: float
    hr_median_s: float
    spo2_min: float
    rr_low: float
    rr_high: float
    sustained_s: float
    sustained_percent: float
    covered_percent: float
    sample_covers_s: float
    moaas_min: int
    rass_equals: int
    rass_drowsy_by: int  # so far below, with a physician's acceptance
    poss_max: int
    cadss6_max: int
    nausea_max: int
    gait_min: int
    pain_relative: bool
    no_high_s: float
    continuous_fresh_s: float
    episodic_fresh_s: float
    captured_s: float
    confirmations: tuple[str, ...]  # that must be confirmed
    waits_s: Mapping[str, float]  # drug -> how long after it
