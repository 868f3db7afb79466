"""A source is answered in the form its settings ask for, and a refusal says where the fault is."""

from pathlib import Path

from tests.server import Server

SOURCES = """
[source."GATEWAY"]
ack_form = "original"

[source."*"]
ack_form = "enhanced"
"""


def keep_alive(sender: str, version: str = "2.6") -> bytes:
    return f"MSH|^~\\&|{sender}||||20260301093000||ORU^R01^ORU_R01|1|P|{version}|||AL|NE\r".encode()


def test_the_sources_file_decides_how_each_source_is_answered(tmp_path: Path) -> None:
    sources = tmp_path / "sources.toml"
    sources.write_text(SOURCES)
    server = Server(tmp_path / "var", {"MONITOR_SOURCES": str(sources)})
    server.prepare()
    server.start()
    try:
        one, other, refused = server.send(keep_alive("GATEWAY"), keep_alive("ELSE"), keep_alive("GATEWAY", "9.9"))
        assert b"MSA|AA|1" in one
        assert b"MSA|CA|1" in other
        assert b"MSA|AR|1" in refused
        assert b"ERR||MSH^1^12" in refused
    finally:
        server.stop()
