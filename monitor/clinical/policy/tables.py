"""From the other tables of a policy text to its parts. Law: one reader a table, one line a number."""

from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.policy.parts import (
    BaselinePolicy,
    BpSchedule,
    DischargePolicy,
    FreshnessPolicy,
    TechnicalRule,
)
from monitor.clinical.policy.reader import Part, PolicyRefused
from monitor.clinical.scores.scales import CONFIRMED

# What the product itself can find; a policy says how urgent each is.
TECHNICAL_IDS = (
    "feed_silent",
    "vital_missing",
    "spo2_missing",
    "lead_off",
    "implausible",
    "bp_overdue",
    "clock_wrong",
    "not_recording",
    "judging_fault",
    "no_sounding_station",
    "patient_mismatch",
    "dose_discrepancy",
    "no_responsible_nurse",
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
    word = part.text(key)
    if word not in tuple(AlarmPriority):
        raise PolicyRefused(f"{part.name}: the priority “{word}” is none of low, medium, high.")
    return AlarmPriority(word)


def read_freshness(part: Part) -> FreshnessPolicy:
    """The [freshness] table."""
    freshness = FreshnessPolicy(
        intervals=part.quantity("intervals", "1"),
        continuous_min_s=part.seconds("continuous_min"),
        missing_min_s=part.seconds("missing_min"),
        spo2_cuff_s=part.seconds("spo2_cuff"),
        feed_min_s=part.seconds("feed_min"),
        episodic_s=part.seconds("episodic"),
        bp_overdue_factor=part.quantity("bp_overdue_factor", "1"),
        bp_overdue_extra_s=part.seconds("bp_overdue_extra"),
        pause_monitoring_s=part.seconds("pause_monitoring"),
    )
    part.close()
    return freshness


def read_baseline(part: Part) -> BaselinePolicy:
    """The [baseline] table."""
    baseline = BaselinePolicy(
        nibp_readings=part.count("nibp_readings"),
        nibp_apart_s=part.seconds("nibp_apart"),
        nibp_window_s=part.seconds("nibp_window"),
        continuous_window_s=part.seconds("continuous_window"),
        continuous_samples=part.count("continuous_samples"),
    )
    part.close()
    return baseline


def read_bp_schedule(part: Part) -> BpSchedule:
    """The [bp_schedule] table."""
    schedule = BpSchedule(
        close_every_s=part.seconds("close_every"),
        close_after_start_s=part.seconds("close_after_start"),
        close_after_change_s=part.seconds("close_after_change"),
        infusing_every_s=part.seconds("infusing_every"),
        recovery_every_s=part.seconds("recovery_every"),
        always_at_s=part.seconds("always_at"),
        repeat_after_s=part.seconds("repeat_after"),
    )
    if min(schedule.close_every_s, schedule.infusing_every_s, schedule.recovery_every_s) <= 0:
        raise PolicyRefused("bp_schedule: blood pressure every 0 s would always be overdue.")
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
        aldrete_min=part.count("aldrete_min"),
        mpadss_min=part.count("mpadss_min"),
        sets_apart_s=part.seconds("sets_apart"),
        near_baseline_percent=part.quantity("near_baseline", "%"),
        sys_below=part.quantity("sys_below", "mm[Hg]"),
        dia_below=part.quantity("dia_below", "mm[Hg]"),
        falling_apart_s=part.seconds("falling_apart"),
        hr_low=part.quantity("hr_low", "/min"),
        hr_high=part.quantity("hr_high", "/min"),
        hr_median_s=part.seconds("hr_median"),
        spo2_min=part.quantity("spo2_min", "%"),
        rr_low=part.quantity("rr_low", "/min"),
        rr_high=part.quantity("rr_high", "/min"),
        sustained_s=part.seconds("sustained"),
        sustained_percent=part.quantity("sustained_percent", "%"),
        covered_percent=part.quantity("covered_percent", "%"),
        sample_covers_s=part.seconds("sample_covers"),
        moaas_min=part.count("moaas_min"),
        rass_equals=part.count("rass_equals"),
        poss_max=part.count("poss_max"),
        cadss6_max=part.count("cadss6_max"),
        nausea_max=part.count("nausea_max"),
        gait_min=part.count("gait_min"),
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
    _check_discharge(discharge)
    return discharge


def _confirmations(part: Part) -> tuple[str, ...]:
    names = part.texts("confirmations")
    unknown = [name for name in names if name not in CONFIRMED]
    if unknown:
        raise PolicyRefused(f"discharge: there is no confirmation “{unknown[0]}”.")
    return names


def _check_discharge(discharge: DischargePolicy) -> None:
    if discharge.hr_low >= discharge.hr_high or discharge.rr_low >= discharge.rr_high:
        raise PolicyRefused("discharge: a low limit is not below its high limit.")
    if not (0 < discharge.sustained_percent <= 100 and 0 < discharge.covered_percent <= 100):
        raise PolicyRefused("discharge: a share of the samples must be more than 0 % and at most 100 %.")
    if discharge.sustained_s <= 0 or discharge.sample_covers_s <= 0:
        raise PolicyRefused("discharge: the sustained window and what a sample covers must be longer than 0 s.")
