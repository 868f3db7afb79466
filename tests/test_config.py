"""The settings: what each accepts, and that everything else is refused with the variable's name."""

from pathlib import Path

import pytest

from config import ChairSetting, Config, from_environment
from monitor.errors import ConfigurationRefused
from monitor.networks import networks

HTTPS = "https://clinic.example"


def test_without_settings_the_server_is_reachable_from_this_machine_only() -> None:
    config = from_environment({})
    assert config == Config()
    assert (config.http_host, config.mllp_host, config.demo, config.secure) == ("127.0.0.1", "127.0.0.1", False, False)
    assert config.origins == ("http://127.0.0.1:8000", "http://localhost:8000")
    assert config.database == "sqlite:///var/monitor.db"


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("MONITOR_HTTP_PORT", "0", "http_port", 0),
        ("MONITOR_MLLP_PORT", "65535", "mllp_port", 65535),
        ("MONITOR_MLLP_HOST", "localhost", "mllp_host", "localhost"),
        ("MONITOR_SECRET_KEY_FILE", __file__, "secret_key_file", Path(__file__)),
        ("MONITOR_TRUSTED_PROXIES", "127.0.0.1,fd00::/8", "trusted_proxies", networks(["127.0.0.1", "fd00::/8"])),
        ("MONITOR_WRITES_A_MINUTE", "60", "writes_a_minute", 60),
        ("MONITOR_DATA_DIR", "/srv/x", "data_dir", Path("/srv/x")),
        ("MONITOR_DATABASE_URL", "", "database_url", None),
        ("MONITOR_POLICY", "mine.toml", "policy", "mine.toml"),
        ("MONITOR_SOURCES", "s.toml", "sources", Path("s.toml")),
        ("MONITOR_SOURCES", "", "sources", None),
        ("MONITOR_DEMO", "1", "demo", True),
        ("MONITOR_DEMO", "0", "demo", False),
        ("MONITOR_DEMO", "maybe", "demo", False),
        ("MONITOR_ASYNC_MODE", "threading", "async_mode", "threading"),
        ("MONITOR_KEEP_RAW_HOURS", "0", "keep_raw_hours", 0),
        ("MONITOR_CHAIRS", "", "chairs", ()),
        ("MONITOR_CHAIRS", "CH 1=BED^1, 2=", "chairs", (ChairSetting("CH 1", "BED^1"), ChairSetting("2", ""))),
        ("MONITOR_CHAIRS", "1=,2=", "chairs", (ChairSetting("1", ""), ChairSetting("2", ""))),
        ("MONITOR_PUBLIC_ORIGIN", HTTPS + "/", "public_origin", HTTPS),
        ("MONITOR_PUBLIC_ORIGIN", "http://localhost:9000", "public_origin", "http://localhost:9000"),
    ],
)
def test_a_setting_is_read_from_its_variable(name: str, text: str, field: str, value: object) -> None:
    assert getattr(from_environment({name: text}), field) == value


def test_a_zone_is_read_by_its_name() -> None:
    assert str(from_environment({"MONITOR_TIMEZONE": "Europe/Madrid"}).timezone) == "Europe/Madrid"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *[("MONITOR_HTTP_PORT", text) for text in ("", "-1", "65536", "80.0", "8O", "٣", " 80")],
        ("MONITOR_MLLP_PORT", "x"),
        ("MONITOR_STATION_SIZE", "0"),
        ("MONITOR_STATION_SIZE", "65"),
        ("MONITOR_MAX_SOCKETS", "0"),
        ("MONITOR_KEEP_RAW_HOURS", "-1"),
        ("MONITOR_TIMEZONE", "Mars/Olympus"),
        ("MONITOR_TIMEZONE", "../etc/passwd"),
        ("MONITOR_ASYNC_MODE", "gevent"),
        *[("MONITOR_CHAIRS", text) for text in ("CH1", "=BED", "A=B=C", "A=1,A=2", "A=1,B=1", "A" * 17 + "=1")],
        ("MONITOR_HTTP_HOST", "0.0.0.0"),
        ("MONITOR_MLLP_HOST", "0.0.0.0"),
        ("MONITOR_MLLP_HOST", "::"),
        *[("MONITOR_TRUSTED_PROXIES", text) for text in ("proxy.example", "10.0.0.0/33", "*")],
        ("MONITOR_MLLP_PEERS", "everybody"),
        ("MONITOR_SECRET_KEY_FILE", "/nowhere/key"),
        ("MONITOR_WRITES_A_MINUTE", "0"),
        ("FLASK_DEBUG", "1"),
        *[
            ("MONITOR_PUBLIC_ORIGIN", text)
            for text in ("http://clinic.example", "https://clinic.example/path", "clinic.example", "https://a b",
                         "javascript:alert(1)", "https://x@y")
        ],
    ],
)  # fmt: skip
def test_everything_else_is_refused_with_the_variables_name(name: str, text: str) -> None:
    with pytest.raises(ConfigurationRefused, match=name):
        from_environment({name: text})


def test_a_server_reachable_from_outside_needs_its_https_address() -> None:
    config = from_environment({"MONITOR_HTTP_HOST": "10.0.0.5", "MONITOR_PUBLIC_ORIGIN": HTTPS})
    assert config.secure
    assert config.origins == (HTTPS,)


def test_devices_of_other_machines_need_a_list_of_those_that_may_send() -> None:
    config = from_environment({"MONITOR_MLLP_HOST": "0.0.0.0", "MONITOR_MLLP_PEERS": "10.1.2.0/24"})
    assert (config.mllp_host, config.mllp_peers) == ("0.0.0.0", networks(["10.1.2.0/24"]))


def test_the_ports_the_system_gave_are_those_browsers_come_from() -> None:
    config = from_environment({"MONITOR_HTTP_PORT": "0"}).bound_to(4321, 1234)
    assert config.origins == ("http://127.0.0.1:4321", "http://localhost:4321")
    assert config.mllp_port == 1234


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"MONITOR_EHR": "ehr.example"}, "is not like"),
        ({"MONITOR_EHR": "ehr.example:0"}, "is not like"),
        ({"MONITOR_EHR_FACILITY": "HOSPITAL"}, "MONITOR_EHR names no destination"),
        ({"MONITOR_EHR": "ehr.example:2576", "MONITOR_EHR_TLS_CA": "/nowhere.pem"}, "there is no such file"),
        ({"MONITOR_EHR": "ehr.example:2576", "MONITOR_EHR_TLS_CERT": __file__}, "MONITOR_EHR_TLS_CA is missing"),
        (
            {"MONITOR_EHR": "ehr.example:2576", "MONITOR_EHR_TLS_CA": __file__, "MONITOR_EHR_TLS_KEY": __file__},
            "belong together",
        ),
        ({"MONITOR_EHR": "ehr.example:2576", "MONITOR_EHR_ANSWER_S": "0"}, "MONITOR_EHR_ANSWER_S"),
    ],
)
def test_a_destination_that_is_half_made_is_refused_with_what_is_missing(settings: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigurationRefused, match=words):
        from_environment(settings)


def test_nothing_is_sent_unless_a_destination_is_named() -> None:
    assert from_environment({}).ehr is None
    named = from_environment({"MONITOR_EHR": "[::1]:2576", "MONITOR_EHR_TLS_CA": __file__}).ehr
    assert named is not None
    assert (named.host, named.port, named.application) == ("::1", 2576, "INFUSION_MONITOR")
