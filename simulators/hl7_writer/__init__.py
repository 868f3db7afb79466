"""What devices write: one module a dialect, and the words all share.

Law: bytes only; a quantity without a value has no row; every message of every dialect says SIM in MSH-3, so that the
receiver marks it as simulated, also where the real device leaves that field empty. Times are UTC.
"""

from simulators.hl7_writer.pcd01 import ROWS, oru
from simulators.hl7_writer.words import Observation, Sender, escape, stamp

__all__ = ["ROWS", "Observation", "Sender", "escape", "oru", "stamp"]
