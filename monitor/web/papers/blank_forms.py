"""Blank forms for a day without the system: what the pages ask, in the same order, with the same numbers.

Law: every number and every item is the policy's, read from it when the forms are made; the policy's name, version and
whether it was approved stand on each page. A form names no patient.
"""

from collections.abc import Iterator
from datetime import datetime

from monitor.clinical.discharge.gate import DischargeEvidence, evaluate
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.policy.preparation_parts import PreparationItem, ScreeningClass
from monitor.clinical.scores.scales import CONFIRMED
from monitor.printing.paper import Blanks, Block, Bullets, Heading, NewPage, Notice, Paper, Table, Text
from monitor.web.papers.blank_sheets import event_lines, flow_sheet, score_sheet
from monitor.web.papers.speech import Speech

BOX = "☐"
_ROW_MM = 7.2


def blank_forms(policy: ClinicPolicy, say: Speech, made_at: datetime) -> Paper:
    """All forms of one patient's visit; `made_at` is when they were printed from the policy."""
    approved = say.gettext("approved by {name}").format(name=policy.approved_by) if policy.approved_by else ""
    foot = say.gettext("Policy {policy} version {version}, {approved}, SHA-256 {sha} · forms made {day}")
    return Paper(
        title=say.gettext("Paper record without the system"),
        beside_title=f"{policy.id} {policy.version}",
        foot=foot.format(
            policy=policy.id,
            version=policy.version,
            approved=approved or say.gettext("not approved"),
            sha=policy.sha256[:16],
            day=say.day(made_at),
        ),
        page_words=say.gettext("Page {n} of {of}"),
        language=say.language,
        made_ms=int(made_at.timestamp() * 1000),
        blocks=tuple(_blocks(policy, say, made_at)),
        banner="" if approved else say.gettext("Policy not approved: its numbers were not signed off for patients."),
    )


def _blocks(policy: ClinicPolicy, say: Speech, made_at: datetime) -> Iterator[Block]:
    yield from _preparation(policy, say)
    yield NewPage()
    yield from _screening(policy, say)
    yield NewPage()
    yield from patient_lines(say)
    yield from flow_sheet(policy, say)
    yield NewPage()
    yield from patient_lines(say)
    yield from score_sheet(policy, say)
    yield NewPage()
    yield from patient_lines(say)
    yield from event_lines(say)
    yield NewPage()
    yield from patient_lines(say)
    yield from _discharge(policy, say, made_at)


def patient_lines(say: Speech) -> Iterator[Block]:
    """Who it is about: on every page, for pages come apart."""
    names = (say.gettext("Patient"), say.gettext("Hospital number"), say.gettext("Born"), say.gettext("Date"))
    yield Blanks((*names, say.gettext("Chair"), say.gettext("Nurse")), 3)


def _preparation(policy: ClinicPolicy, say: Speech) -> Iterator[Block]:
    yield Notice(
        say.gettext(
            "No system watches: switch on the bedside monitor's own alarms, set their limits and stay with the patient."
        )
    )
    yield from patient_lines(say)
    yield Heading(say.gettext("Allergies"))
    yield Blanks((say.gettext("Substance and reaction, or “none known”"),), 1)
    yield Heading(say.gettext("Order"))
    yield Blanks(tuple(_order_lines(say)), 3)
    yield Heading(say.gettext("Before the infusion"))
    yield _items(policy, say)
    yield Heading(say.gettext("Vital signs before the start"))
    yield Bullets(tuple(_gate_words(policy, say)))
    yield _baseline(policy, say)


def _order_lines(say: Speech) -> Iterator[str]:
    yield from (say.gettext("Weight kg"), say.gettext("Ketamine mg"), say.gettext("mg/kg"))
    yield from (say.gettext("Over min"), say.gettext("Concentration mg/mL"), say.gettext("Rate mL/h"))
    yield from (say.gettext("Bolus mg"), say.gettext("Ordered by, at"), say.gettext("Second check by, at"))


def _items(policy: ClinicPolicy, say: Speech) -> Table:
    """Every item that the policy asks for, with the consent and the clearance that a start always needs."""
    solids_h, clear_h = (
        seconds / 3600 for seconds in (policy.preparation.fasting_solids_s, policy.preparation.fasting_clear_s)
    )
    fasting = say.gettext("Fasting: solids at least {solids} h, clear liquids {clear} h; less needs a note")
    asked = {
        PreparationItem.IDENTITY: say.gettext("Two identifiers compared"),
        PreparationItem.ESCORT: say.gettext("Escort: name and telephone"),
        PreparationItem.FASTING: fasting.format(solids=say.number(solids_h), clear=say.number(clear_h)),
        PreparationItem.PREGNANCY: say.gettext("Pregnancy: possible? test"),
        PreparationItem.IV_ACCESS: say.gettext("IV access: site and gauge"),
        PreparationItem.DRUG: say.gettext("Drug drawn up: lot and expiry"),
        PreparationItem.OXYGEN: say.gettext("Oxygen at hand; breathes room air or oxygen"),
        PreparationItem.RESCUE_READY: say.gettext("Rescue drugs and airway equipment at hand"),
        PreparationItem.CAPNOGRAPHY: say.gettext("Capnography: EtCO₂ is measured"),
    }
    wanted = [words for item, words in asked.items() if item in policy.preparation.required]
    wanted += [say.gettext("Consent signed"), say.gettext("Physician's clearance, signature")]
    rows = tuple((BOX, words, "", "") for words in wanted)
    head = ("", say.gettext("Item"), say.gettext("What was found"), say.gettext("By, at"))
    return Table(head, rows, (0.3, 4, 3.4, 1.6), row_mm=_ROW_MM)


def _gate_words(policy: ClinicPolicy, say: Speech) -> Iterator[str]:
    gate = policy.vital_gate
    yield say.gettext("Systolic from {sys}: no start").format(sys=say.number(gate.refuse_sys_from))
    yield say.gettext("BP from {sys}/{dia}: wait, measure up to {n} times more, {apart} min apart").format(
        sys=say.number(gate.hold_sys_from),
        dia=say.number(gate.hold_dia_from),
        n=gate.rechecks,
        apart=say.number(gate.recheck_apart_s / 60),
    )
    yield say.gettext("BP above {sys}/{dia}: a physician knows of it before the start").format(
        sys=say.number(gate.acknowledge_sys_above), dia=say.number(gate.acknowledge_dia_above)
    )
    yield say.gettext(
        "Ask a physician: HR not {low}–{high}, SpO₂ below {spo2} %, RR below {rr}, POSS from {poss}"
    ).format(
        low=say.number(gate.hr_low),
        high=say.number(gate.hr_high),
        spo2=say.number(gate.spo2_min),
        rr=say.number(gate.rr_low),
        poss=gate.poss_from,
    )


def _baseline(policy: ClinicPolicy, say: Speech) -> Table:
    apart = say.number(policy.baseline.nibp_apart_s / 60)
    named = say.gettext("Baseline {n}, at least {apart} min after the one before")
    rows = [(say.gettext("Baseline {n}").format(n=1), *[""] * 7)]
    rows += [(named.format(n=n, apart=apart), *[""] * 7) for n in range(2, policy.baseline.nibp_readings + 1)]
    head = (
        "",
        say.gettext("Clock"),
        say.gettext("BP"),
        say.spoken("HR"),
        "SpO₂ %",
        say.spoken("RR"),
        say.gettext("Pain NRS"),
        "CADSS-6",
    )
    return Table(head, tuple(rows), (3, 1, 1.3, 1, 1, 1, 1, 1), row_mm=_ROW_MM)


def _screening(policy: ClinicPolicy, say: Speech) -> Iterator[Block]:
    yield from patient_lines(say)
    yield Heading(say.gettext("Contraindications and interactions"))
    yield Text(
        say.gettext(
            "STOP: present or unknown means no start, unless a physician overrides with a reason. NOTE: write a note."
        )
    )
    rows = tuple(
        (
            say.gettext("STOP") if item.item_class is ScreeningClass.STOP else say.gettext("NOTE"),
            say.spoken(item.words),
            BOX,
            BOX,
            "",
        )
        for item in policy.screening
    )
    head = ("", say.gettext("Item"), say.gettext("no"), say.gettext("yes"), say.gettext("Note, or override by and why"))
    strong = tuple((n, 0) for n, item in enumerate(policy.screening) if item.item_class is ScreeningClass.STOP)
    yield Table(head, rows, (0.8, 5, 0.5, 0.5, 3.4), say.gettext("No item."), row_mm=_ROW_MM, strong=strong)


def _discharge(policy: ClinicPolicy, say: Speech, made_at: datetime) -> Iterator[Block]:
    yield Heading(say.gettext("Discharge checklist"))
    yield Text(
        say.gettext("Not measured or not asked is not met. Every criterion, or a physician's override with a reason.")
    )
    told = evaluate(policy, DischargeEvidence(None, None), made_at).criteria
    details = _details(policy, say)
    rows = tuple((BOX, say.spoken(one.words), details.get(one.id, ""), "", "") for one in told)
    head = (
        "",
        say.gettext("Criterion"),
        say.gettext("Asked for"),
        say.gettext("What was found"),
        say.gettext("By, at"),
    )
    yield Table(head, rows, (0.3, 2.4, 3.4, 2, 1.3), row_mm=15)
    asked = {
        "escort_present": say.gettext("Escort present"),
        "instructions_given": say.gettext("Written instructions given"),
        "iv_removed": say.gettext("IV out, site intact"),
        "belongings_returned": say.gettext("Belongings returned"),
        "no_driving_told": say.gettext("No driving: told"),
    }
    yield Bullets(tuple(asked[name] for name in CONFIRMED if name in policy.discharge.confirmations), tick=True)
    yield Blanks((say.gettext("Name of the responsible adult"), say.gettext("Telephone")), 2)
    yield Blanks(
        (say.gettext("Discharged by, signature, at"), say.gettext("Overridden by physician, signature, at")), 2
    )
    yield Blanks((say.gettext("Reason of the override"),), 1)
    yield Text(
        say.gettext(
            "When the system is back: enter order, vital signs, scores, events with their true times; keep this."
        ),
        "strong",
    )


def _details(policy: ClinicPolicy, say: Speech) -> dict[str, str]:
    gate, drugs = policy.discharge, policy.medications.drugs

    def named(drug: str) -> str:
        return say.spoken(drugs[drug].words if drug in drugs else drug)

    return {
        "time": say.gettext("At least {min} min after the end").format(min=say.number(gate.after_end_s / 60)),
        "circulation": say.gettext(
            "BP within {percent} % of baseline, or below {sys}/{dia} twice, {apart} min apart; HR {low}–{high}"
        ).format(
            percent=say.number(gate.near_baseline_percent),
            sys=say.number(gate.sys_below),
            dia=say.number(gate.dia_below),
            apart=say.number(gate.falling_apart_s / 60),
            low=say.number(gate.hr_low),
            high=say.number(gate.hr_high),
        ),
        "breathing": say.gettext("For the last {min} min").format(min=say.number(gate.sustained_s / 60)),
        "scores": say.gettext("Two sets at least {apart} min apart").format(apart=say.number(gate.sets_apart_s / 60)),
        "awake": say.gettext("MOAA/S {moaas} or better, RASS {rass}, POSS at most {poss}; person, place, time").format(
            moaas=gate.moaas_min, rass=gate.rass_equals, poss=gate.poss_max
        ),
        "dissociation": say.gettext("CADSS-6 at most {cadss6} or as before; no hallucination, no distress").format(
            cadss6=gate.cadss6_max
        ),
        "comfort": say.gettext("Gait at least {gait}, nausea at most {nausea}, pain as before or less").format(
            gait=gate.gait_min, nausea=gate.nausea_max
        ),
        "alarms": say.gettext("After {drugs}").format(
            drugs=", ".join(f"{named(drug)} {say.number(wait_s / 60)} min" for drug, wait_s in gate.waits_s.items())
        ),
    }
