"""What the server says, said in Spanish: alarms whole, what no phrase knows in English, people's words as they are."""

import pytest

from monitor.clinical.alarms.limits import level_of, limit_of
from monitor.clinical.alarms.score_words import LEVELS
from monitor.clinical.scores.scales import score_kinds
from monitor.clinical.session import SessionState
from monitor.clinical.vitals import Vital
from monitor.clinical.watched import Watched
from monitor.clinical.words import NAMES, TECHNICAL, limit_words, technical_words
from monitor.web.phrases import in_language, phrase_book, said_in
from tests.clinical.bedside import POLICY

SAID = {
    "SpO₂ 86 < 90": "SpO₂ 86 < 90",
    "BP 164/98 > 160, baseline 120": "TA 164/98 > 160, basal 120",
    "BP –/98, diastolic ≥ 90": "TA –/98, diastólica ≥ 90",
    "SpO₂ 88, down 9 within 60 s": "SpO₂ 88, baja 9 en 60 s",
    "Temp 38.5 > 38": "Temp 38,5 > 38",
    "Apnoea: RR 0": "Apnea: FR 0",
    "RASS −3: moderately sedated": "RASS −3: sedación moderada",
    "Pain NRS 8 ≥ 7, baseline 4": "Dolor EN 8 ≥ 7, basal 4",
    "Consent, weight and 2 more still missing": "Consentimiento, peso y 2 más: aún falta",
    "Not all criteria are met: No dissociation, Awake and oriented.": (
        "No se cumplen todos los criterios: Sin disociación, Despierto y orientado."
    ),
    "Second check, clearance, baseline and 1 more still missing": (
        "Doble comprobación, autorización médica, basal y 1 más: aún falta"
    ),
    "BP systolic high": "TA sistólica alta",
    "Physician clearance": "Autorización médica",
    "This needs the role nurse or charge nurse; you are signed in as pharmacist.": (
        "Esto requiere la función enfermería o supervisión; usted ha entrado como farmacia."
    ),
}


@pytest.mark.parametrize("english", SAID)
def test_a_sentence_is_said_whole_with_its_own_numbers(english: str) -> None:
    assert said_in("es", english) == SAID[english]


def test_every_technical_alarm_is_known() -> None:
    for rule in TECHNICAL:
        said = technical_words(rule, Vital.HR, 300)
        assert said_in("es", said) != said, said


def test_every_alarm_of_a_limit_names_its_vital_and_keeps_value_and_limit() -> None:
    context = Watched(SessionState.INFUSING, None)
    for rule in POLICY.rules:
        for level in rule.levels:
            limit = limit_of(rule, level, context)
            if limit is None:
                continue
            value = limit + (5 if rule.direction == "high" else -5)
            words = limit_words(rule, level, value, limit, context, {Vital.NIBP_DIA: 98.0})
            said = said_in("es", words)
            assert NAMES_IN_SPANISH.get(NAMES[rule.vital], NAMES[rule.vital]) in said, (words, said)
            assert numbers(said) == numbers(words), (words, said)
            assert level_of(rule, value, context) is not None


def test_every_label_of_a_sedation_scale_is_known() -> None:
    for kind, labels in LEVELS.items():
        for value, label in labels.items():
            words = f"{score_kinds()[kind].title} {value}: {label}"
            assert said_in("es", words) != words, words


NAMES_IN_SPANISH = {"HR": "FC", "PR": "FP", "RR": "FR", "BP": "TA", "MAP": "TAM", "ABP": "PAI"}


def numbers(words: str) -> list[str]:
    return [one.replace(",", ".").rstrip(".") for one in words.split() if one[0].isdigit()]


@pytest.mark.parametrize(
    "typed", ["patient asks for water", "K. Petrovic and wife", "nausea since 1.5 h, says the wife"]
)
def test_what_no_phrase_knows_keeps_its_words(typed: str) -> None:
    kept = said_in("es", typed)
    assert kept.replace(" y ", " and ").replace("1,5", "1.5").replace("náuseas", "nausea") == typed


def test_what_a_person_wrote_goes_through_a_phrase_as_it_is() -> None:
    assert said_in("es", "Hold: nausea, systolic 90.5") == "Interrupción: nausea, systolic 90.5"


def test_english_is_said_as_it_is_and_has_no_table() -> None:
    assert phrase_book("en") is None
    assert said_in("en", "No data from the monitor") == "No data from the monitor"


def test_codes_and_names_of_a_frame_are_never_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.web.phrases.language", lambda: "es")
    frame = {"state": "held", "alarms": [{"words": "No SpO₂", "rule": "No SpO₂", "value": 86.5}], "initials": "No"}
    assert in_language(frame) == {
        "state": "held",
        "alarms": [{"words": "Sin SpO₂", "rule": "No SpO₂", "value": 86.5}],
        "initials": "No",
    }
