"""`python -m monitor.printing`: the process that draws. Law: it bounds itself, and one that went wrong ends.

It reads papers from standard input and writes PDFs to standard output until there is no more. A paper that takes longer
than TIME_LIMIT_S ends the process by the kernel's own alarm; its memory is bounded by the kernel too. It has no
database, no network and no settings; what it says of a failure is the failure's kind, never the paper's words.
"""

import contextlib
import os
import signal
import sys

TIME_LIMIT_S = 20.0
MEMORY_BYTES = 768 << 20
PAPERS = 500  # then a fresh process takes over: nothing grows for ever


def main() -> None:
    """Draw until nobody asks."""
    signal.setitimer(signal.ITIMER_REAL, TIME_LIMIT_S)
    _bound()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a print somewhere must not end up within a PDF
    from monitor.printing import drawing, frames, lettering, paper  # noqa: PLC0415 (under the limits, not before them)

    lettering.load()
    form = paper.paper_form()
    for _ in range(PAPERS):
        signal.setitimer(signal.ITIMER_REAL, 0)
        asked = frames.receive(sys.stdin.buffer)
        if asked is None:
            return
        signal.setitimer(signal.ITIMER_REAL, TIME_LIMIT_S)
        try:
            answer = frames.DONE + drawing.pdf_of(form.validate_json(asked))
        except Exception as error:  # noqa: BLE001 (whatever it was, the asker is told, and this process ends)
            frames.send(answers, frames.FAILED + type(error).__name__.encode())
            return
        frames.send(answers, answer)


def _bound() -> None:
    with contextlib.suppress(ImportError):  # a system without the bounds has the time limit alone
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
