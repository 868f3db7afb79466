"""The codes and addresses that a bundle speaks with.

Law: a code of a standard where one is known, else one of our own under OWN, never a guess; units are UCUM.
Sources: LOINC of the core vitals are the pairs of the PoCD and PHD guides and US Core (INTEROP, mapping); those of
invasive pressure, EtCO2 and perfusion index [K]. FHIR R4 value sets for status, class, disposition, signatures, audit.
"""

import uuid
from collections.abc import Mapping
from typing import NewType

from monitor.clinical.vitals import Vital

OWN = "urn:infusion-monitor:code:"  # of what no standard has a word for
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
HOSPITAL_ID = "urn:infusion-monitor:hospital-id"
SESSION_ID = "urn:infusion-monitor:session"
TEST_DATA = {"system": f"{TERMINOLOGY}v3-ActReason", "code": "HTEST", "display": "test health data"}
SIMULATED = {"system": f"{OWN}mark", "code": "SIMULATED", "display": "SIMULATED: no patient was treated"}

Reference = NewType("Reference", str)
_NAMES = uuid.UUID("5f1d2f5e-8a0e-5f57-9d0a-6c2b7a3f4e11")  # of this product; any would do, for ever the same

LOINC_OF: Mapping[str, tuple[str, str]] = {
    Vital.HR: ("8867-4", "Heart rate"),
    Vital.PR: ("8889-8", "Heart rate by Pulse oximetry"),
    Vital.SPO2: ("59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry"),
    Vital.RR: ("9279-1", "Respiratory rate"),
    Vital.NIBP_SYS: ("8480-6", "Systolic blood pressure"),
    Vital.NIBP_DIA: ("8462-4", "Diastolic blood pressure"),
    Vital.NIBP_MEAN: ("8478-0", "Mean blood pressure"),
    Vital.ABP_SYS: ("76215-3", "Invasive Systolic blood pressure"),
    Vital.ABP_DIA: ("76213-8", "Invasive Diastolic blood pressure"),
    Vital.ABP_MEAN: ("76214-6", "Invasive Mean blood pressure"),
    Vital.TEMP: ("8310-5", "Body temperature"),
    Vital.ETCO2: ("19891-1", "Carbon dioxide/Gas.total.at end expiration in Exhaled gas"),
    Vital.PI: ("61006-3", "Perfusion index Tissue by Pulse oximetry"),
}
CUFF_PANEL = ("85354-9", "Blood pressure panel with all children optional")
PAIN = ("72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported")

ENCOUNTER_STATUS: Mapping[str, str] = {
    "scheduled": "planned", "preparing": "arrived", "infusing": "in-progress", "held": "in-progress",
    "observing": "in-progress", "discharged": "finished", "left": "finished", "transferred": "finished",
    "cancelled": "cancelled",
}  # fmt: skip
DISPOSITION: Mapping[str, tuple[str, str]] = {
    "discharged": ("home", "Home"),
    "left": ("aadvice", "Left against advice"),
    "transferred": ("other-hcf", "Other healthcare facility"),
}
PROCEDURE_STATUS: Mapping[str, str] = {
    "scheduled": "preparation", "preparing": "preparation", "infusing": "in-progress", "held": "on-hold",
    "cancelled": "not-done",
}  # fmt: skip
GENDER: Mapping[str | None, str] = {"female": "female", "male": "male", "other": "other"}
# ASTM E1762 signature types, as FHIR R4 `signature-type` lists them.
ASTM = "urn:iso-astm:E1762-95:2013"
SIGNATURE_TYPE: Mapping[str, tuple[str, str]] = {
    "witnessed": ("1.2.840.10065.1.12.1.8", "Signature Witness Signature"),
    "reviewed": ("1.2.840.10065.1.12.1.13", "Review Signature"),
    "addendum": ("1.2.840.10065.1.12.1.15", "Addendum Signature"),
}
AUTHOR = ("1.2.840.10065.1.12.1.1", "Author's Signature")


def full_url(kind: str, key: object) -> Reference:
    """The address of a resource in every bundle that holds it: the same record gives the same address."""
    return Reference(f"urn:uuid:{uuid.uuid5(_NAMES, f'{kind} {key}')}")


def to(url: Reference, display: str | None = None) -> dict[str, str]:
    """A reference to a resource of this bundle."""
    return {"reference": url} if display is None else {"reference": url, "display": display}


def concept(system: str, code: str, display: str) -> dict[str, object]:
    """A codeable concept of one coding."""
    return {"coding": [{"system": system, "code": code, "display": display}], "text": display}


def own(kind: str, code: str, display: str) -> dict[str, object]:
    """A codeable concept that only this product has a code for."""
    return concept(f"{OWN}{kind}", code, display)


def loinc(pair: tuple[str, str]) -> dict[str, object]:
    """A codeable concept of LOINC."""
    return concept(LOINC, *pair)


def quantity(value: float, unit: str) -> dict[str, object]:
    """A quantity whose unit is UCUM."""
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}
