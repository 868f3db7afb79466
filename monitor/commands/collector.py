"""Python's garbage collector, kept from pausing the hub.

Law: what stays need not be looked at again and again: a full collection over a ward of 2,000 chairs stops everything
for 50 ms and more. What has become old is set aside each minute; once an hour all of it is looked through, so that
nothing that was dropped in a circle stays for ever.
"""

import gc
import time

from monitor.runtime import Runtime

COLLECT_AFTER = (10_000, 20, 25)  # measured: messages make short-lived objects, few of them in cycles
SET_ASIDE_EVERY_S = 60.0
LOOK_THROUGH_EVERY_S = 3600.0


def spare() -> None:
    """Set aside what was built to stay."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def tend(runtime: Runtime) -> None:
    """Set aside what has become old, for ever."""
    looked_s = time.monotonic()
    while True:
        runtime.sleep(SET_ASIDE_EVERY_S)
        if time.monotonic() - looked_s >= LOOK_THROUGH_EVERY_S:
            looked_s = time.monotonic()
            gc.unfreeze()
            gc.collect()
        else:
            gc.collect(1)
        gc.freeze()
