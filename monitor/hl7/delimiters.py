"""The separators one message declares in MSH-1 and MSH-2, and the escapes that protect them.

Law: what is decoded and encoded again is the same text; an escape we do not know stays as it was sent.
"""

import re
from dataclasses import dataclass
from functools import cached_property

_HEX_PAIRS = re.compile(r"[0-9A-Fa-f]{2}(?:[0-9A-Fa-f]{2})*", re.ASCII)


@dataclass(frozen=True)
class Delimiters:
    """The five characters with a meaning (and the truncation character of HL7 2.7, "" when there is none)."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"
    truncation: str = ""

    @property
    def encoding(self) -> str:
        """MSH-2."""
        return self.component + self.repetition + self.escape + self.subcomponent + self.truncation

    @cached_property
    def _decoded(self) -> dict[str, str]:
        return {
            "F": self.field,
            "S": self.component,
            "R": self.repetition,
            "E": self.escape,
            "T": self.subcomponent,
            "P": self.truncation,
            "H": "",
            "N": "",
            ".br": "\n",
        }

    @cached_property
    def _encoded(self) -> dict[int, str]:
        meant = (("E", self.escape), ("F", self.field), ("S", self.component), ("R", self.repetition))
        names = {ord(sign): name for name, sign in (*meant, ("T", self.subcomponent), ("P", self.truncation)) if sign}
        control = {code: f"X{code:02X}" for code in (*range(32), 127)}
        return {code: f"{self.escape}{name}{self.escape}" for code, name in (control | names).items()}

    def decode(self, text: str, charset: str = "latin-1") -> str:
        """Escapes replaced by what they stand for; unknown and unpaired ones are kept as sent.

        `charset` is the message's own: \\Xdd..\\ carries bytes of it.
        """
        if self.escape not in text:
            return text
        parts = text.split(self.escape)
        decoded = [parts[0]]
        index = 1
        while index < len(parts):
            meaning = self._meaning(parts[index], charset) if index + 1 < len(parts) else None
            if meaning is None:
                decoded.append(self.escape + parts[index])
                index += 1
            else:
                decoded.append(meaning + parts[index + 1])
                index += 2
        return "".join(decoded)

    def _meaning(self, name: str, charset: str) -> str | None:
        if name == "P" and not self.truncation:
            return None
        known = self._decoded.get(name)
        if known is not None:
            return known
        if name.startswith("X") and _HEX_PAIRS.fullmatch(name, 1):
            return bytes.fromhex(name[1:]).decode(charset, errors="replace")
        return None

    def encode(self, text: str) -> str:
        """`text` with every separator and control character escaped, safe inside any field."""
        return text.translate(self._encoded)


STANDARD = Delimiters()


def declared(header: str) -> Delimiters | None:
    """The separators of a text that begins with MSH; None unless they are four or five distinct printable ones."""
    if len(header) < 8 or not header.startswith("MSH"):
        return None
    if header.startswith("MSH|^~\\&|"):
        return STANDARD
    field = header[3]
    signs = header[4:].split(field, 1)[0]
    every = field + signs
    if len(signs) not in (4, 5) or len(set(every)) != len(every):
        return None
    if any(sign.isalnum() or not "!" <= sign <= "~" for sign in every):
        return None
    return Delimiters(field, signs[0], signs[1], signs[2], signs[3], signs[4:])
