"""The letter about a series says what it did and what is missing; it is a physician's, and its hash is in the trail."""

import hashlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from monitor.errors import NotRecording
from monitor.security.roles import Role
from monitor.store.queries.trail import Wanted, audit_page
from tests.web.clinic import Clinic, open_clinic
from tests.web.test_after_infusions import TEMPLATES, a_series, told


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with open_clinic(tmp_path, templates=TEMPLATES) as opened:
        yield opened


def words_of(pdf: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_the_letter_says_what_was_given_what_it_did_and_what_is_missing(clinic: Clinic) -> None:
    series_id, (_, second) = a_series(clinic, 9, 1)
    told(clinic.signed_in(Role.DISCHARGE_STAFF), second, side_effects=[{"symptom": "Nausea", "grade": 2}])
    physician = clinic.signed_in(Role.PHYSICIAN)
    address = f"/api/v1/series/{series_id}/letter.pdf"
    reply = physician.post(f"{address}?language=en", words="Please keep the morphine as it is.")
    assert reply.headers["Content-Disposition"] == f'attachment; filename="series-{series_id}-letter.pdf"'
    letter = words_of(reply.data)
    for said in (
        *("Kowal, Maria", "Please keep the morphine as it is.", "2 of 6 planned infusions", "Ketamine in all: 70 mg"),
        *(
            "50 % less pain",
            "1 of 2 recorded",
            "Missing follow-ups: Next day",
            "Nausea 2 1 2",
            "UNKNOWN",
            "none planned",
        ),
    ):
        assert said in letter, f"{said!r} is not in {letter}"
    (taken,) = clinic.office.store.read(audit_page, Wanted(action="exported"))
    digest = hashlib.sha256(reply.data).hexdigest()
    assert (taken.about, taken.facts) == (
        f"series {series_id}",
        {"kind": "letter", "language": "en", "sha256": digest},
    )
    assert "Carta al oncólogo" in words_of(physician.get(f"{address}?language=es").data)
    assert 'id="letter"' in physician.get(f"/series/{series_id}").text


def test_no_letter_is_handed_out_unrecorded_or_to_who_is_no_physician(clinic: Clinic) -> None:
    series_id, _ = a_series(clinic)
    address = f"/api/v1/series/{series_id}/letter.pdf"
    nurse = clinic.signed_in(Role.NURSE)
    assert nurse.get(address).status_code == 403
    assert 'id="letter"' not in nurse.get(f"/series/{series_id}").text
    physician = clinic.signed_in(Role.PHYSICIAN)
    assert "None of the 6 planned infusions has begun." in words_of(physician.get(address).data)
    clinic.spine.refusing = NotRecording("no disk")
    assert physician.get(address).status_code == 503
