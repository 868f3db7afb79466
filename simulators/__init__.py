"""The far side of the wire: simulated patients and the bedside monitors that send them.

Law: imports nothing from the product and nothing outside the standard library; it knows the product only
by address and port, speaks MLLP as a bedside monitor would, and marks every message SIMULATED (MSH-3 `SIM^…`).
"""
