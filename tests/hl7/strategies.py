"""What a device might send, as Hypothesis strategies: values, times, fields, segments, messages.

Law: every strategy makes text as it stands on the wire, with standard separators; `written` escapes what is data.
"""

from hypothesis import strategies as st

from monitor.hl7.delimiters import STANDARD

PRINTABLE = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=20)
ESCAPES = st.sampled_from(
    ["\\S\\", "\\F\\", "\\T\\", "\\R\\", "\\E\\", "\\X41\\", "\\X\\", "\\.br\\", "\\", "\\Zq\\", "\\H\\"]
)
NUMBERS = st.one_of(
    st.integers(-20000, 40000).map(str),
    st.decimals(-1000, 1000, places=2, allow_nan=False).map(str),
    st.sampled_from(
        ["", '""', "-1", "-100", "-99.9", "32767", "0", "NaN", "1e5", "1_0", "٣", "72^73", "72~73", " 72 "]
    ),
)
TIMES = st.one_of(
    st.just(""),
    st.datetimes().map(lambda at: at.strftime("%Y%m%d%H%M%S")),
    st.tuples(
        st.sampled_from(["20260301080000", "202603010800", "20261025023000", "20260329023000", "00000000", "2026"]),
        st.sampled_from(["", ".5", ".123456", "789", ".0000"]),
        st.sampled_from(["", "+0000", "+0530", "-0030", "+9999", "Z"]),
    ).map("".join),
)
CODES = st.sampled_from(
    [
        *("147842^MDC_ECG_HEART_RATE^MDC", "150456^MDC_PULS_OXIM_SAT_O2^MDC", "150021^^MDC", "150022^^MDC"),
        *("150023^^MDC", "0002-4182^HR^MDIL", "5^HardInop^MDIL-ALERT", "196616^MDC_EVT_ALARM^MDC", "68012^^MDC"),
        *("68481^^MDC", "68546^^MDC", "258047^MDC_EVT_ACTIVE^MDC", "68487^^MDC", "184519^^MDC", "68063^^MDC"),
        *(
            "67972^^MDC",
            "67975^^MDC",
            "70053^X_MDS^MDC",
            "150031^MDC_PRESS_CUFF_SYS^MDC",
            "99^X^99Y",
            "",
            "^^",
            "0^^MDC",
        ),
    ]
)
UNITS = st.sampled_from(["bpm", "%", "mmHg", "265987^^MDC", "", "foo", "264864^^MDC^mm[Hg]^^UCUM", "kg"])
SUB_IDS = st.sampled_from(["", "1", "1.3.10.150456", "1.1.9.150301", "a.b"])
FIELDS = st.one_of(
    PRINTABLE.map(STANDARD.encode), NUMBERS, ESCAPES, st.lists(ESCAPES | NUMBERS, max_size=4).map("".join)
)


@st.composite
def observations(draw: st.DrawFn) -> str:
    """One OBX."""
    kind = draw(st.sampled_from(["NM", "NM", "NM", "ST", "CWE", "TX", ""]))
    value = draw(NUMBERS if kind == "NM" else FIELDS)
    status = draw(st.sampled_from(["F", "R", "C", "D", "W", "X", "P", "S", "", "?"]))
    flags = draw(st.sampled_from(["", "", "QUES", "L~INV"]))
    row = f"OBX|1|{kind}|{draw(CODES)}|{draw(SUB_IDS)}|{value}|{draw(UNITS)}||{flags}|||{status}|||{draw(TIMES)}"
    return row[: draw(st.integers(4, len(row)))] if draw(st.integers(0, 9)) == 0 else row


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """A message with a readable header; what follows it is in any order and may be cut."""
    kind = draw(
        st.sampled_from(["ORU^R01^ORU_R01", "ORU^R40", "ORU^R42", "ORU^W01", "ADT^A02", "ADT^A40", "NMD", "ADT^A04"])
    )
    head = f"MSH|^~\\&|{draw(FIELDS)}|F|||{draw(TIMES)}||{kind}|{draw(FIELDS)}|P|2.6"
    other = st.one_of(
        st.builds("OBR|1||||||{}|||||||{}".format, TIMES, TIMES),
        st.builds("PID|||{}||{}".format, FIELDS, FIELDS),
        st.builds("PV1||I|{}|||{}".format, FIELDS, FIELDS),
        st.builds("MRG|{}".format, FIELDS),
        st.builds("NTE|{}".format, FIELDS),
    )
    segments = [head, *draw(st.lists(observations() | other, max_size=12))]
    return (draw(st.sampled_from(["\r", "\n", "\r\n"])).join(segments) + "\r").encode()


@st.composite
def decoded_segments(draw: st.DrawFn) -> list[list[str]]:
    """Segments of plain texts, as whoever writes a message has them."""
    names = st.sampled_from(["PID", "PV1", "OBR", "OBX", "NTE", "ZZZ"])
    texts = st.lists(PRINTABLE, min_size=1, max_size=6)
    return [[name, *fields] for name, fields in draw(st.lists(st.tuples(names, texts), max_size=6))]


def written(segments: list[list[str]]) -> bytes:
    """These segments behind a header, everything in them escaped."""
    lines = ["MSH|^~\\&|A|B|||20260301080000||ORU^R01|7|P|2.6||||||UNICODE UTF-8"]
    lines += ["|".join([name, *(STANDARD.encode(text) for text in fields)]) for name, *fields in segments]
    return ("\r".join(lines) + "\r").encode()
