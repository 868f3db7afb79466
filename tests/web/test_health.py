"""Alive, recording, counting: for this machine's own watchers, without a word about a patient."""

import pytest

from tests.web.clinic import ORIGIN, Clinic


def test_the_process_says_that_it_lives(clinic: Clinic) -> None:
    assert clinic.browser().get("/healthz").json == {"alive": True, "version": "0.1.0"}


@pytest.mark.parametrize(("recording", "status"), [(True, 200), (False, 503)])
def test_ready_means_recording(clinic: Clinic, recording: bool, status: int) -> None:
    clinic.picture.recording = recording
    reply = clinic.browser().get("/readyz")
    assert (reply.status_code, reply.json["recording"]) == (status, recording)


def test_the_watcher_may_call_this_machine_by_any_loopback_name(clinic: Clinic) -> None:
    for name in ("http://localhost:9", "http://127.0.0.1", "http://[::1]:8000"):
        assert clinic.app.test_client().get("/healthz", base_url=name).status_code == 200
        assert clinic.app.test_client().get("/sign-in", base_url=name).status_code == 421


def test_counters_are_printed_for_this_machine(clinic: Clinic) -> None:
    clinic.given.counters.frames.inc(3)
    reply = clinic.browser().get("/metrics")
    assert reply.status_code == 200
    assert "mllp_frames_total 3.0" in reply.text


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("10.0.0.7", {}),
        ("127.0.0.1", {"X-Forwarded-For": "10.0.0.7"}),
        ("127.0.0.1", {"Forwarded": "for=10.0.0.7"}),
        ("127.0.0.1", {"Via": "1.1 proxy"}),
    ],
)
def test_counters_are_not_printed_for_anybody_else(clinic: Clinic, address: str, headers: dict[str, str]) -> None:
    reply = clinic.app.test_client().get(
        "/metrics", base_url=ORIGIN, headers=headers, environ_overrides={"REMOTE_ADDR": address}
    )
    assert reply.status_code == 404
