"""The part of a policy about predicted concentrations. Law: a prediction informs; no criterion rests on it."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.clinical.dosing.pharmacokinetics import PkModel


@dataclass(frozen=True, slots=True)
class PredictionPolicy:
    """Which parameter set is shown, which there are, and below which effect-site level a patient is expected clear."""

    model: PkModel
    models: Mapping[str, PkModel]
    clear_below_ng_ml: float
