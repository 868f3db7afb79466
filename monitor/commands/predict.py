"""`predict`: what a model says of ketamine in plasma and at the effect site. Law: a prediction, never a measurement.

Standard output is JSON Lines only; a dose nobody gives is refused with one sentence and exit code 2.
"""

import argparse
import json
import sys
from collections.abc import Sequence

from config import Config
from monitor.clinical.dosing.orders import Ordered, OrderForm
from monitor.clinical.dosing.pharmacokinetics import Doses, predict
from monitor.clinical.dosing.rails import OutOfBounds, check_bound, check_order_bounds
from monitor.clinical.policy.policy import ClinicPolicy, PolicyRefused, parse_policy
from monitor.provisions import policy_path

LATEST_MIN = 7 * 24 * 60
_ANY_CONCENTRATION_MG_PER_ML = 1.0  # a concentration in the body does not depend on the bag's


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `predict` to the command line."""
    words = "print the concentrations a model predicts for one infusion, one JSON line a minute asked for"
    command = subparsers.add_parser("predict", help=words)
    command.add_argument("--model", help="a parameter set of the policy: domino or clements250 (default: the policy's)")
    command.add_argument("--weight", type=float, required=True, metavar="KG")
    command.add_argument("--mg-per-kg", type=float, required=True, metavar="X")
    command.add_argument("--over-min", type=float, required=True, metavar="M")
    command.add_argument("--at", type=_minutes, required=True, metavar="10,20,…", help="minutes after the start")
    command.set_defaults(run=run)


def run(args: argparse.Namespace, config: Config) -> int:
    """`predict …`: one line a minute asked for; 2 with a sentence when it is refused."""
    try:
        policy = parse_policy(policy_path(config.policy).read_text(encoding="utf-8"))
        name = args.model or policy.prediction.model.name
        model = policy.prediction.models.get(name)
        if model is None:
            known = ", ".join(sorted(policy.prediction.models))
            return _refuse(f"there is no parameter set “{name}”; the policy has {known}.")
        rate = _checked(policy, args.weight, args.mg_per_kg, args.over_min)
    except OutOfBounds as refused:
        return _refuse(refused.message)
    except (PolicyRefused, OSError) as error:
        return _refuse(f"the policy cannot be read: {error}")
    for minute in args.at:
        found = predict(model, Doses([(0.0, rate), (args.over_min, 0.0)]), minute)
        told = {
            "minute": int(minute) if minute == int(minute) else minute,
            "plasma_ng_ml": round(found.plasma_ng_ml, 4),
            "effect_site_ng_ml": round(found.effect_site_ng_ml, 4),
        }
        print(json.dumps(told))
    return 0


def _checked(policy: ClinicPolicy, weight_kg: float, mg_per_kg: float, over_min: float) -> float:
    """The rate in mg/kg/min of a dose within the policy's bounds; raises OutOfBounds."""
    check_bound(policy.dosing, "weight_kg", weight_kg)
    check_order_bounds(policy.dosing, Ordered(OrderForm.MG_PER_KG, mg_per_kg, over_min, _ANY_CONCENTRATION_MG_PER_ML))
    return mg_per_kg / over_min


def _minutes(text: str) -> Sequence[float]:
    """Minutes after the start, separated by commas; argparse tells a refusal."""
    try:
        minutes = [float(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a list of minutes such as 10,20,40") from None
    if any(not 0 <= minute <= LATEST_MIN for minute in minutes):
        raise argparse.ArgumentTypeError(f"a minute must be from 0 to {LATEST_MIN}")
    return minutes


def _refuse(sentence: str) -> int:
    print(f"predict: {sentence}", file=sys.stderr)
    return 2
