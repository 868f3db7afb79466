"""Behind a proxy of the clinic people are counted apart, and nobody says for himself where he comes from."""

from pathlib import Path

import pytest

from monitor.networks import networks
from monitor.security.roles import Role
from monitor.web.proxies import Proxies
from tests.web.clinic import ORIGIN, Settings, open_clinic

TRUSTED = networks(["127.0.0.1", "10.0.0.0/8"])


def address_behind(peer: str, forwarded: str | None) -> str:
    seen: list[str] = []
    environ = {"REMOTE_ADDR": peer} | ({} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded})
    proxies = Proxies(lambda environ, _: seen.append(str(environ["REMOTE_ADDR"])) or [], TRUSTED)
    list(proxies(environ, lambda *_: lambda _: None))
    return seen[0]


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("192.0.2.9", None, "192.0.2.9"),
        ("192.0.2.9", "198.51.100.1", "192.0.2.9"),  # whoever is no proxy is not believed
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),  # the first is what the browser says of itself
        ("127.0.0.1", "198.51.100.1, 10.0.0.7", "198.51.100.1"),
        ("127.0.0.1", "10.0.0.7", "127.0.0.1"),
        ("127.0.0.1", "<script>", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1, unknown", "127.0.0.1"),
        ("::ffff:127.0.0.1", "2001:db8::1", "2001:db8::1"),
    ],
)
def test_only_what_a_proxy_of_ours_appended_is_believed(peer: str, forwarded: str | None, expected: str) -> None:
    assert address_behind(peer, forwarded) == expected


def test_two_people_behind_one_proxy_do_not_share_a_limit(tmp_path: Path) -> None:
    with open_clinic(tmp_path, Settings(trusted_proxies=TRUSTED), sign_ins_a_minute=1) as clinic:
        clinic.office.hire("nurse")
        browser = clinic.browser()

        def attempt(forwarded: str) -> int:
            form = {"name": "nurse", "password": "wrong", "csrf_token": browser.fetch_token()}
            headers = {"Sec-Fetch-Site": "same-origin", "X-Forwarded-For": forwarded}
            return browser.client.post("/sign-in", base_url=ORIGIN, data=form, headers=headers).status_code

        assert [attempt("198.51.100.1"), attempt("198.51.100.1"), attempt("198.51.100.2")] == [401, 429, 401]


def test_a_person_acts_so_often_a_minute_and_others_go_on(tmp_path: Path) -> None:
    with open_clinic(tmp_path, Settings(writes_a_minute=3)) as clinic:
        busy, other = clinic.signed_in(Role.NURSE), clinic.signed_in(Role.PHYSICIAN)
        answers = [busy.post("/api/v1/patients", hospital_id="") for _ in range(4)]
        assert [one.status_code for one in answers] == [400, 400, 400, 429]
        assert answers[-1].headers["Retry-After"] == "60"
        assert busy.get("/api/v1/patients").status_code != 429
        assert other.post("/api/v1/patients", hospital_id="").status_code == 400
        assert clinic.given.counters.registry.get_sample_value("web_refusals_total", {"code": "too_many"}) == 1
