"""The codes and addresses that a bundle speaks with.

Law: a code of a standard where one is known, else one of our own under OWN, never a guess; units are UCUM.
Sources: LOINC as in monitor/clinical/loinc.py; FHIR R4 value sets for status, class, disposition, signatures, audit.
"""

import uuid
from collections.abc import Mapping
from typing import NewType

from monitor.clinical.loinc import CORE, FURTHER

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

LOINC_OF: Mapping[str, tuple[str, str]] = {**CORE, **FURTHER}
CUFF_PANEL = ("85354-9", "Blood pressure panel with all children optional")

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
