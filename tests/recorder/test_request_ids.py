"""A session asked for twice with one request id is planned once, also while it runs and after a crash."""

from pathlib import Path

from monitor.security.roles import Role
from tests.server import Api, Server


def plan(api: Api, patient_id: int) -> dict[str, object]:
    body = {"request_id": "plan-1", "patient_id": patient_id, "chair_id": api.get("/chairs")[0]["id"]}
    return dict(api.post("/sessions", body))


def test_the_second_request_finds_the_session_as_it_now_is(tmp_path: Path) -> None:
    server = Server(tmp_path / "var", {"MONITOR_CHAIRS": "1=BED1"})
    tokens = server.prepare({"charge": Role.CHARGE_NURSE})
    server.start()
    try:
        api = server.api(tokens["charge"])
        patient = api.post("/patients", {"hospital_id": "P1", "family_name": "Kowal", "given_name": "Maria"})
        first = plan(api, patient["id"])
        done = api.act(int(str(first["id"])), "check_in")
        again = plan(api, patient["id"])
        assert (again["id"], again["state"], again["version"]) == (first["id"], "preparing", done["version"])
        assert api.get(f"/sessions/{first['id']}")["live"]["session"]["state"] == "preparing"
        server.kill()
        server.http_port = server.mllp_port = 0
        server.start()
        api = server.api(tokens["charge"])
        assert plan(api, patient["id"])["id"] == first["id"]
        assert len(api.get(f"/sessions?patient_id={patient['id']}")) == 1
    finally:
        server.stop()
