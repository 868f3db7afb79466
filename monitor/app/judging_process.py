"""Starts the process that judges a stored session again and waits for it without stopping the hub.

Law: one at a time; it ends with its answer or is ended; what it could not do is said, never guessed.
"""

import contextlib
import json
import os
import subprocess  # nosec B404 # its one call is below, with words of our own
import sys
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import IO

from config import Config
from monitor.errors import NotFound, Refused
from monitor.recorder.what_if import NotJudged
from monitor.runtime import Runtime
from monitor.security.turnstile import Turnstile

ROOT = Path(__file__).parents[2]
LONGEST_S = 60.0
_POLL_S = 0.05


class JudgingProcess:
    """Judges stored sessions again, each in a process of its own."""

    def __init__(self, config: Config, runtime: Runtime) -> None:
        self._config = config
        self._runtime = runtime
        self._place = Turnstile(runtime, 1, waiting=8)

    def compare(self, session_id: int, policy_sha256: str, now: datetime) -> Mapping[str, object]:
        """The comparison of monitor/recorder/what_if.py; raises NotFound, Refused, TooBusy, NotJudged."""
        task = self.task(session_id, policy_sha256, now)
        with self._place.passage(), tempfile.TemporaryFile() as answer:
            code = self._run(task, answer)
            answer.seek(0)
            said = answer.read()
        if code != 0:
            raise NotJudged("The session could not be judged again. Nothing is lost; tell the engineer of this server.")
        found = json.loads(said)
        if "refused" in found:
            raise (NotFound if found["code"] == NotFound.code else Refused)(found["refused"])
        judged: Mapping[str, object] = found["found"]
        return judged

    def task(self, session_id: int, policy_sha256: str, now: datetime) -> bytes:
        """What the process is told on its standard input, as JSON."""
        config = self._config
        task = {
            "database": config.database, "data_dir": str(config.data_dir.resolve()), "session": str(session_id),
            "policy": policy_sha256, "in_use": config.policy, "now": now.isoformat(), "zone": config.timezone.key,
            "sources": "" if config.sources is None else str(config.sources.resolve()),
        }  # fmt: skip
        return json.dumps(task).encode()

    def _run(self, task: bytes, answer: IO[bytes]) -> int:
        """The exit code; the task fits into the pipe, so that writing it never waits."""
        command = [sys.executable, "-m", "monitor.commands.judge_again"]
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module # nosec B603
            command, stdin=subprocess.PIPE, stdout=answer, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        try:
            with contextlib.suppress(BrokenPipeError):  # it ended before it was told what to do: its exit code says so
                if process.stdin is not None:
                    process.stdin.write(task)
                    process.stdin.close()
            for _ in range(int(LONGEST_S / _POLL_S)):
                if (code := process.poll()) is not None:
                    return code
                self._runtime.sleep(_POLL_S)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        raise NotJudged(f"Judging the session again took longer than {LONGEST_S:.0f} s and was ended.")
