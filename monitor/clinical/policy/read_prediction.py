"""From the [prediction] table of a policy text to PredictionPolicy. Law: one parameter set a table, none in code."""

from monitor.clinical.dosing.pharmacokinetics import PkModel
from monitor.clinical.policy.prediction import PredictionPolicy
from monitor.clinical.policy.reader import Part, PolicyRefused

_RATE = "1/min"
_COMPARTMENTS = ("2", "3")  # peripheral ones are written k12/k21 and k13/k31


def read_prediction(part: Part) -> PredictionPolicy:
    """The [prediction] table with its [prediction.models.*]."""
    sets = part.part("models")
    models = {name: _model(name, sets.part(name)) for name in sets.written()}
    sets.close()
    chosen = part.text("model")
    if chosen not in models:
        raise PolicyRefused(f"prediction: there is no parameter set “{chosen}”, only {', '.join(sorted(models))}.")
    prediction = PredictionPolicy(models[chosen], models, part.quantity("clear_below", "ng/mL"))
    part.close()
    if prediction.clear_below_ng_ml <= 0:
        raise PolicyRefused("prediction: “clear_below” must be more than 0 ng/mL.")
    return prediction


def _model(name: str, part: Part) -> PkModel:
    peripheral = tuple(
        (part.quantity(f"k1{number}", _RATE), part.quantity(f"k{number}1", _RATE))
        for number in _COMPARTMENTS
        if part.has(f"k1{number}")
    )
    model = PkModel(
        name=name,
        title=part.text("title"),
        v1_l_per_kg=part.quantity("v1", "L/kg"),
        k10=part.quantity("k10", _RATE),
        peripheral=peripheral,
        ke0=part.quantity("ke0", _RATE),
    )
    part.close()
    rates = [model.v1_l_per_kg, model.k10, model.ke0, *(rate for pair in peripheral for rate in pair)]
    if min(rates) <= 0:
        raise PolicyRefused(f"{part.name}: every volume and rate must be more than 0.")
    if len({back for _, back in peripheral}) < len(peripheral):
        raise PolicyRefused(f"{part.name}: two compartments with the same return rate are one; write them as one.")
    return model
