"""From the [prediction] table of a policy text to PredictionPolicy. Law: one parameter set a table, none in code."""

import math

from monitor.clinical.dosing.pharmacokinetics import PkModel
from monitor.clinical.policy.faults import NOTHING
from monitor.clinical.policy.prediction import PredictionPolicy
from monitor.clinical.policy.reader import Part

_RATE = "1/min"
_NO_MODEL = PkModel("", "", math.nan, math.nan, (), math.nan)  # stands in, beside its fault
_COMPARTMENTS = ("2", "3")  # peripheral ones are written k12/k21 and k13/k31


def read_prediction(part: Part) -> PredictionPolicy:
    """The [prediction] table with its [prediction.models.*]."""
    sets = part.part("models")
    models = {name: _model(name, sets.part(name)) for name in sets.written()}
    sets.close()
    chosen = part.word("model", *sorted(models)) if models else part.text("model")
    if not models:
        part.refuse("models", NOTHING, "at least one parameter set")
    prediction = PredictionPolicy(
        models.get(chosen, _NO_MODEL), models, part.quantity("clear_below", "ng/mL", between=(1, 10_000))
    )
    part.close()
    return prediction


def _model(name: str, part: Part) -> PkModel:
    numbers = [number for number in _COMPARTMENTS if part.has(f"k1{number}")]
    peripheral = tuple((part.quantity(f"k1{number}", _RATE), part.quantity(f"k{number}1", _RATE)) for number in numbers)
    model = PkModel(
        name=name,
        title=part.text("title"),
        v1_l_per_kg=part.quantity("v1", "L/kg"),
        k10=part.quantity("k10", _RATE),
        peripheral=peripheral,
        ke0=part.quantity("ke0", _RATE),
    )
    part.close()
    rates = [("v1", model.v1_l_per_kg), ("k10", model.k10), ("ke0", model.ke0)]
    for number, pair in zip(numbers, peripheral, strict=True):
        rates += [(f"k1{number}", pair[0]), (f"k{number}1", pair[1])]
    for key, rate in rates:
        if rate <= 0:
            part.refuse(f"{key}.value", f"{rate:g} is written", "more than 0")
    if len({back for _, back in peripheral}) < len(peripheral):
        found = "two compartments have the same return rate"
        part.refuse("", found, "different return rates: two with the same are one, write them as one")
    return model
