"""Why a message was charted or not, over the API: of what was refused, of what was not assigned, of pasted text."""

from monitor.security.roles import Role
from monitor.store.rows import Batch, QuarantineRow, UnassignedRow
from tests.hl7.conftest import HR, message, obx
from tests.web.clinic import START_AT, Clinic

READ = message(obx(HR, "72"), obx("99999^X^MDC", "1"))


def test_a_refused_message_says_where_it_is_broken(clinic: Clinic) -> None:
    raw = b"MSH|^~\\&|HIS||||||ADT^A04|1|P|2.5\r"
    clinic.office.store.write(Batch(quarantine=(QuarantineRow(START_AT, "10.0.0.1", "bad", "AE", "1", raw),)))
    browser = clinic.signed_in()
    found = browser.get("/api/v1/quarantine").json[0]["id"]
    (told,) = browser.get(f"/api/v1/quarantine/{found}/explanation").json
    assert told["summary"] == "refused: an ADT without PID names no patient (at PID)"
    assert told["answer"] == "AE"


def test_an_unassigned_message_says_whether_its_bed_is_bound_now(clinic: Clinic) -> None:
    raws = (READ, READ.replace(b"^^B1", b"^^BED9"))
    rows = tuple(UnassignedRow(START_AT, "10.0.0.1", "MON", "B1", None, "no such bed", raw) for raw in raws)
    clinic.office.store.write(Batch(unassigned=rows))
    browser = clinic.signed_in()
    bound, unbound = (one["id"] for one in browser.get("/api/v1/unassigned").json)
    (told,) = browser.get(f"/api/v1/unassigned/{unbound}/explanation").json
    assert told["whose"]["words"].endswith("; bound to no chair: kept unassigned, bind the bed or device")
    assert [row["verdict"] for row in told["rows"]] == ["charted", "unknown_code"]
    assert told["time"]["field"] == "OBR-7"
    (told,) = browser.get(f"/api/v1/unassigned/{bound}/explanation").json
    assert told["whose"]["words"].endswith("; bound to a chair")


def test_pasted_text_is_explained_and_nothing_is_recorded(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    reply = browser.post("/api/v1/intake/explain", text=READ.decode().replace("\r", "\n"))
    assert reply.status_code == 200
    assert [row["words"] for row in reply.json[0]["rows"]] == [
        "147842 MDC_ECG_HEART_RATE 72 MDC_DIM_BEAT_PER_MIN: charted as hr 72",
        "99999 X 1 MDC_DIM_BEAT_PER_MIN: not charted: the code is unknown; if it is a vital, add it to codes.toml",
    ]
    assert browser.get("/api/v1/unassigned").json == []
    assert browser.get("/api/v1/quarantine").json == []


def test_text_that_is_no_message_is_explained_too(clinic: Clinic) -> None:
    (told,) = clinic.signed_in().post("/api/v1/intake/explain", text="hello").json
    assert (told["summary"], told["answer"]) == ("refused: there is no readable MSH segment", None)


def test_what_is_not_there_cannot_be_explained(clinic: Clinic) -> None:
    browser = clinic.signed_in()
    for noun in ("quarantine", "unassigned"):
        assert browser.get(f"/api/v1/{noun}/99/explanation").status_code == 404
    assert browser.post("/api/v1/intake/explain", text="").status_code == 400
    assert browser.post("/api/v1/intake/explain", text="x" * 32769).status_code == 400


def test_who_may_see_the_lists_may_see_their_explanations(clinic: Clinic) -> None:
    browser = clinic.signed_in(Role.STATION_DISPLAY)
    assert browser.post("/api/v1/intake/explain", text="hello").status_code == 403
