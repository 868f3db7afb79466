"""From the other tables of a policy text to its parts. Law: one reader a table, one line a number."""

from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.policy.parts import (
    BaselinePolicy,
    BpSchedule,
    DischargePolicy,
    FreshnessPolicy,
    ScoreSchedule,
    SeriesPolicy,
    TechnicalRule,
)
from monitor.clinical.policy.reader import Part
from monitor.clinical.scores.scales import CONFIRMED
from monitor.clinical.vitals import Vital

LONGEST_PAUSE_S = 600.0  # DESIGN.md "The session": pause_monitoring lasts at most 10 min
MOST_INFUSIONS, LONGEST_INTERVAL_H = 100, 28 * 24
_SHARE = (1.0, 100.0)  # of the samples, in percent

# Found by the caller of judging, who names them in FeedPicture.conditions.
CONDITIONS = (
    "clock_wrong",
    "not_recording",
    "judging_fault",
    "no_sounding_station",
    "patient_mismatch",
    "dose_discrepancy",
    "pump_silent",
    "admission_differs",
    "no_responsible_nurse",
)
# What the product itself can find; a policy says how urgent each is.
TECHNICAL_IDS = (
    "feed_silent",
    "vital_missing",
    "spo2_missing",
    "lead_off",
    "implausible",
    "signal_questionable",
    "bp_overdue",
    *CONDITIONS,
)


def read_technical(part: Part) -> dict[str, TechnicalRule]:
    """The [technical.*] tables: one each for what the product can find, no other."""
    rules = {}
    for name in TECHNICAL_IDS:
        entry = part.part(name)
        priority = _priority(entry, "priority")
        rules[name] = TechnicalRule(
            id=name,
            priority=priority,
            while_infusing=_priority(entry, "while_infusing") if entry.has("while_infusing") else priority,
            quiet_in_pause=entry.flag("quiet_in_pause"),
            source=entry.text("source"),
            mark=entry.mark(),
        )
        entry.close()
    part.close()
    return rules


def _priority(part: Part, key: str) -> AlarmPriority:
    return AlarmPriority(part.word(key, *AlarmPriority) or AlarmPriority.LOW)


def read_freshness(part: Part) -> FreshnessPolicy:
    """The [freshness] table."""
    freshness = FreshnessPolicy(
        intervals=part.quantity("intervals", "1", between=(1, 100)),
        continuous_min_s=part.seconds("continuous_min", at_least_s=1),
        missing_min_s=part.seconds("missing_min", at_least_s=1),
        spo2_cuff_s=part.seconds("spo2_cuff", at_least_s=1),
        feed_min_s=part.seconds("feed_min", at_least_s=1),
        episodic_s=part.seconds("episodic", at_least_s=1),
        bp_overdue_factor=part.quantity("bp_overdue_factor", "1", between=(1, 10)),
        bp_overdue_extra_s=part.seconds("bp_overdue_extra"),
        pause_monitoring_s=part.seconds("pause_monitoring", at_least_s=1, at_most_s=LONGEST_PAUSE_S),
    )
    part.close()
    return freshness


def read_baseline(part: Part) -> BaselinePolicy:
    """The [baseline] table."""
    baseline = BaselinePolicy(
        nibp_readings=part.count("nibp_readings", between=(1, 10)),
        nibp_apart_s=part.seconds("nibp_apart"),
        nibp_window_s=part.seconds("nibp_window", at_least_s=1),
        continuous_window_s=part.seconds("continuous_window", at_least_s=1),
        continuous_samples=part.count("continuous_samples", between=(1, 1000)),
    )
    part.close()
    return baseline


def read_bp_schedule(part: Part) -> BpSchedule:
    """The [bp_schedule] table; blood pressure every 0 s would always be overdue."""
    schedule = BpSchedule(
        close_every_s=part.seconds("close_every", at_least_s=60),
        close_after_start_s=part.seconds("close_after_start"),
        close_after_change_s=part.seconds("close_after_change"),
        infusing_every_s=part.seconds("infusing_every", at_least_s=60),
        recovery_every_s=part.seconds("recovery_every", at_least_s=60),
        always_at_s=part.seconds("always_at"),
        repeat_after_s=part.seconds("repeat_after"),
    )
    part.close()
    return schedule


def read_series(part: Part) -> SeriesPolicy:
    """The [series] table; a gap is at least an hour and at most four weeks."""
    series = SeriesPolicy(
        planned_infusions=part.count("planned_infusions", between=(1, MOST_INFUSIONS)),
        interval_h=part.quantity("interval", "h", between=(1, LONGEST_INTERVAL_H)) / 3600,
        nurse_adopts_order=part.flag("nurse_adopts_order"),
    )
    part.close()
    return series


def read_score_schedule(part: Part) -> ScoreSchedule:
    """The [score_schedule] table."""
    schedule = ScoreSchedule(
        sedation_infusing_s=part.seconds("sedation_infusing", at_least_s=60),
        sedation_recovery_s=part.seconds("sedation_recovery", at_least_s=60),
        pain_infusing_s=part.seconds("pain_infusing", at_least_s=60),
        pain_recovery_s=part.seconds("pain_recovery", at_least_s=60),
        dissociation_at_s=part.seconds("dissociation_at", at_least_s=60),
    )
    part.close()
    return schedule


def read_discharge(part: Part) -> DischargePolicy:
    """The [discharge] table."""
    waits = part.part("waits")
    discharge = DischargePolicy(
        after_end_s=part.seconds("after_end"),
        after_start_s=part.seconds("after_start"),
        override_floor_s=part.seconds("override_floor"),
        override_floor_mg_per_kg=part.quantity("override_floor_dose", "mg/kg"),
        aldrete_min=part.count("aldrete_min", between=(0, 10)),
        mpadss_min=part.count("mpadss_min", between=(0, 10)),
        sets_apart_s=part.seconds("sets_apart"),
        near_baseline_percent=part.quantity("near_baseline", "%", between=(0, 100)),
        sys_below=part.limit_of("sys_below", Vital.NIBP_SYS),
        dia_below=part.limit_of("dia_below", Vital.NIBP_DIA),
        falling_apart_s=part.seconds("falling_apart"),
        hr_low=part.limit_of("hr_low", Vital.HR),
        hr_high=part.limit_of("hr_high", Vital.HR),
        hr_median_s=part.seconds("hr_median", at_least_s=1),
        spo2_min=part.limit_of("spo2_min", Vital.SPO2),
        rr_low=part.limit_of("rr_low", Vital.RR),
        rr_high=part.limit_of("rr_high", Vital.RR),
        sustained_s=part.seconds("sustained", at_least_s=1),
        sustained_percent=part.quantity("sustained_percent", "%", between=_SHARE),
        covered_percent=part.quantity("covered_percent", "%", between=_SHARE),
        sample_covers_s=part.seconds("sample_covers", at_least_s=1),
        moaas_min=part.count("moaas_min", between=(0, 5)),
        rass_equals=part.count("rass_equals", between=(0, 4)),
        rass_drowsy_by=part.count("rass_drowsy_by", between=(0, 5)),
        poss_max=part.count("poss_max", between=(1, 4)),
        cadss6_max=part.count("cadss6_max", between=(0, 24)),
        nausea_max=part.count("nausea_max", between=(0, 3)),
        gait_min=part.count("gait_min", between=(0, 2)),
        pain_relative=part.flag("pain_relative"),
        no_high_s=part.seconds("no_high"),
        continuous_fresh_s=part.seconds("continuous_fresh"),
        episodic_fresh_s=part.seconds("episodic_fresh"),
        captured_s=part.seconds("captured"),
        confirmations=_confirmations(part),
        waits_s={drug: waits.seconds(drug) for drug in waits.written()},
    )
    waits.close()
    part.close()
    part.in_order("hr_low", discharge.hr_low, "hr_high", discharge.hr_high)
    part.in_order("rr_low", discharge.rr_low, "rr_high", discharge.rr_high)
    return discharge


def _confirmations(part: Part) -> tuple[str, ...]:
    names = part.texts("confirmations")
    for name in names:
        if name not in CONFIRMED:
            part.refuse("confirmations", f"“{name}” is written", " ".join(CONFIRMED))
    return names
