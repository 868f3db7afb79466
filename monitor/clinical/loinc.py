"""LOINC codes of vital signs and pain, in one place for all that leaves the house.

Sources: CORE are the pairs of the PoCD and PHD guides and US Core (INTEROP, mapping), pain as in LOINC "Pain severity -
0-10 verbal numeric rating"; FURTHER (pulse rate, invasive pressure, EtCO2, perfusion index) are [K]: plausible, not
checked against a guide, so no message to another system uses them unasked.
"""

from collections.abc import Mapping

from monitor.clinical.vitals import Vital

CORE: Mapping[str, tuple[str, str]] = {
    Vital.HR: ("8867-4", "Heart rate"),
    Vital.SPO2: ("59408-5", "Oxygen saturation by pulse oximetry"),
    Vital.RR: ("9279-1", "Respiratory rate"),
    Vital.NIBP_SYS: ("8480-6", "Systolic blood pressure"),
    Vital.NIBP_DIA: ("8462-4", "Diastolic blood pressure"),
    Vital.NIBP_MEAN: ("8478-0", "Mean blood pressure"),
    Vital.TEMP: ("8310-5", "Body temperature"),
}
FURTHER: Mapping[str, tuple[str, str]] = {
    Vital.PR: ("8889-8", "Heart rate by Pulse oximetry"),
    Vital.ABP_SYS: ("76215-3", "Invasive Systolic blood pressure"),
    Vital.ABP_DIA: ("76213-8", "Invasive Diastolic blood pressure"),
    Vital.ABP_MEAN: ("76214-6", "Invasive Mean blood pressure"),
    Vital.ETCO2: ("19891-1", "Carbon dioxide/Gas.total.at end expiration in Exhaled gas"),
    Vital.PI: ("61006-3", "Perfusion index Tissue by Pulse oximetry"),
}
PAIN = ("72514-3", "Pain severity 0-10")
