"""What a nurse reads when an entry is refused: the scale, the item and what is accepted, word for word."""

import pytest

from monitor.clinical.scores import ctcae, scales
from monitor.clinical.scores.bedside import consciousness, on_oxygen, spo2_scale, temperature_cel
from monitor.clinical.scores.brief_pain import interference, severity
from monitor.clinical.scores.items import ScoreRefused
from monitor.clinical.scores.opioids import mme
from monitor.clinical.scores.scales import total
from tests.clinical.anew import anew

FOUR = {"worst": 9, "least": 0, "average": 6, "now": 5}
MORPHINE = {"drug": "morphine", "route": "oral", "dose": 10, "times_a_day": 2}


def opioids(items):
    return mme(items, 50)


def confirmations(items):
    return total("confirmations", items)


def pain(items):
    return total("nrs", items)


@pytest.mark.parametrize(
    ("read", "items", "words"),
    [
        (consciousness, {}, "Consciousness is not complete."),
        (
            consciousness,
            {"level": "C"},
            "Consciousness, level: one of alert, confusion, voice, pain, unresponsive is needed.",
        ),
        (on_oxygen, {}, "Oxygen is not complete."),
        (on_oxygen, {"supplemental": 1}, "Oxygen, supplemental: yes or no is needed."),
        (
            on_oxygen,
            {"supplemental": True, "flow_l_per_min": 61},
            "Oxygen, flow_l_per_min: 61 L/min is not between 0.1 and 60 L/min.",
        ),
        (
            on_oxygen,
            {"supplemental": False, "flow_l_per_min": 2},
            "Oxygen: a flow is given only with supplemental oxygen.",
        ),
        (temperature_cel, {}, "Temperature is not complete."),
        (temperature_cel, {"celsius": "warm"}, "Temperature, celsius: a number is needed."),
        (temperature_cel, {"celsius": 46}, "Temperature, celsius: 46 °C is not between 25 and 45 °C."),
        (spo2_scale, {"scale": 1}, "SpO₂ scale is not complete."),
        (spo2_scale, {"scale": 3, "reason": "x"}, "SpO₂ scale, scale: 1 or 2 is needed."),
        (
            spo2_scale,
            {"scale": 2, "reason": ""},
            "SpO₂ scale, reason: a reason is needed, for example hypercapnic respiratory failure.",
        ),
        (severity, {}, "BPI severity is not complete."),
        (severity, {**FOUR, "average": 11}, "BPI severity, average: a whole number from 0 to 10 is needed."),
        (severity, {**FOUR, "least": 10}, "BPI severity: least 10 is above worst 9."),
        (interference, {"mood": 11}, "BPI interference, mood: a whole number from 0 to 10 is needed."),
        (opioids, {}, "Opioids: a list of drug, route, dose and times a day is needed."),
        (opioids, {"opioids": [3]}, "Opioids: each line is drug, route, dose and times a day."),
        (opioids, {"opioids": [{**MORPHINE, "unit": "mg"}]}, "Opioids, morphine: “unit” is not known here."),
        (opioids, {"opioids": [{**MORPHINE, "dose": "ten"}]}, "Opioids, morphine, dose: a number is needed."),
        (
            opioids,
            {"opioids": [{**MORPHINE, "times_a_day": 25}]},
            "Opioids, morphine, times_a_day: 25 a day is not between 0.01 and 24 a day.",
        ),
        (confirmations, {"shoes": True}, "Confirmations has no item “shoes”."),
        (confirmations, {"iv_removed": 1}, "Confirmations, iv_removed: yes or no is needed."),
        (confirmations, {"escort_present": "  "}, "The escort's name is needed."),
        (pain, {"pain": 11}, "Pain NRS, pain: a whole number from 0 to 10 is needed."),
    ],
)
def test_a_refusal_says(read, items, words):
    with pytest.raises(ScoreRefused) as refused:
        read(items)
    assert refused.value.message == words


def test_what_is_missing_is_named_for_the_page():
    with pytest.raises(ScoreRefused) as refused:
        mme({}, 50)
    assert refused.value.missing == ("opioids",)


@pytest.mark.parametrize(
    ("symptom", "grade", "words"),
    [
        ("nausea", 4, "Nausea has no grade 4; accepted: 1, 2, 3, or 0 when it is gone."),
        ("itching", 4, "Pruritus has no grade 4; accepted: 1, 2, 3, or 0 when it is gone."),
        ("hiccups", 6, "hiccups has no grade 6; accepted: 1, 2, 3, 4, 5, or 0 when it is gone."),
    ],
)
def test_a_grade_is_refused_with_the_term_and_its_grades(symptom, grade, words):
    with pytest.raises(ScoreRefused) as refused:
        ctcae.check_grade(symptom, grade)
    assert (refused.value.message, refused.value.missing) == (words, ("grade",))


# --- the tables as they are built -------------------------------------------------------------------------------------

# CLINICAL.md §4 and §5: title, lowest and highest value of an item, the section, the items.
SCALES = {
    "aldrete": ("Aldrete", 0, 2, "§4.1", "activity respiration circulation consciousness oxygen_saturation"),
    "mpadss": ("MPADSS", 0, 2, "§4.2", "vital_signs ambulation nausea pain bleeding"),
    "white": (
        "Fast-track (White)",
        0,
        2,
        "§4.3",
        "consciousness activity haemodynamics respiration oxygen_saturation pain emetic",
    ),
    "moaas": ("MOAA/S", 0, 5, "§5.1", "level"),
    "rass": ("RASS", -5, 4, "§5.2", "level"),
    "ramsay": ("Ramsay", 1, 6, "§5.3", "level"),
    "poss": ("POSS", 0, 4, "§5.4", "level"),
    "cadss6": ("CADSS-6", 0, 4, "§5.5", "item_1 item_2 item_6 item_7 item_15 item_22"),
    "perception": ("Hallucination, distress", 0, 1, "§4.5", "hallucination distress"),
    "nrs": ("Pain NRS", 0, 10, "§5.6", "pain"),
    "nausea": ("Nausea", 0, 3, "§5.5", "level"),
    "gait": ("Gait", 0, 2, "§4.2", "level"),
    "orientation": ("Orientation", 0, 1, "§4.5", "person place time"),
    "confirmations": (
        "Confirmations",
        0,
        1,
        "§4.5",
        "escort_present instructions_given iv_removed belongings_returned no_driving_told",
    ),
}


def test_the_scales_are_built_with_the_items_and_ranges_of_their_tables():
    kinds = anew(scales).score_kinds()
    assert list(kinds) == list(SCALES)
    for kind_id, (title, low, high, source, names) in SCALES.items():
        kind = kinds[kind_id]
        assert (kind.id, kind.title, kind.source) == (kind_id, title, source)
        assert [(item.name, item.low, item.high) for item in kind.items] == [(one, low, high) for one in names.split()]


def test_the_terms_are_built_with_their_grades_and_labels():
    terms = anew(ctcae).TERMS
    assert all(term.id == term_id for term_id, term in terms.items())
    assert (terms["sinus_tachycardia"].title, terms["apnea"].title) == ("Sinus tachycardia", "Apnea")
    assert terms["nausea"].grades == {1: "eats as usual", 2: "eats less", 3: "intake inadequate"}
    assert terms["apnea"].grades == {3: "treatment", 4: "life-threatening"}
