"""Blank forms ask what the policy asks, in both languages, and say on each page which policy that is."""

from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from monitor.clinical.policy.preparation_parts import ScreeningClass
from monitor.commands.main import main
from monitor.printing.paper import Table
from monitor.runtime import ThreadRuntime
from monitor.security.roles import Role
from monitor.web.papers.blank_forms import blank_forms
from monitor.web.papers.blank_sheets import bp_minutes
from monitor.web.papers.speech import Speech
from tests.clinical.bedside import POLICY
from tests.security.clinic import START_AT
from tests.web.clinic import Clinic

SPEECH = Speech("en", ZoneInfo("Europe/Madrid"))


def test_the_command_writes_forms_that_name_their_policy_on_each_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["forms", str(tmp_path), "--language", "es"], lambda: ThreadRuntime(1)) == 0
    written = Path(capsys.readouterr().out.strip())
    pages = [page.extract_text() for page in PdfReader(BytesIO(written.read_bytes())).pages]
    assert len(pages) == 6
    for page in pages:
        assert f"adult-ketamine versión {POLICY.version}, no aprobada" in page
        assert "Política no aprobada" in page


def test_every_hard_stop_of_the_policy_stands_on_the_form_and_none_is_only_a_note() -> None:
    tables = [one for one in blank_forms(POLICY, SPEECH, START_AT).blocks if isinstance(one, Table)]
    asked = {row[1]: row[0] for table in tables for row in table.rows if row[0] in ("STOP", "NOTE")}
    stops = {one.words for one in POLICY.screening if one.item_class is ScreeningClass.STOP}
    assert {words for words, kind in asked.items() if kind == "STOP"} == stops
    assert len(asked) == len(POLICY.screening)


def test_pressures_are_asked_for_when_the_server_would_ask() -> None:
    assert bp_minutes(POLICY, after_the_end=False) == [0, 5, 10, 15, 25, 35, 40, 50, 60]
    assert bp_minutes(POLICY, after_the_end=True) == [0, 5, 10, 25, 40, 55]


def test_staff_find_the_forms_at_one_address(clinic: Clinic) -> None:
    browser = clinic.signed_in(Role.NURSE)
    reply = browser.get("/api/v1/forms.pdf?language=en")
    assert (reply.mimetype, reply.data[:5]) == ("application/pdf", b"%PDF-")
