"""THE SPINE: everything that changes a session passes here, one turn after the other.

Law: judge, then record readings and judgement in one transaction, then tell, then answer (HL7 AA only after COMMIT).
One exception: no commit after 500 ms, or a failed one, and values and alarms go out at once marked NOT RECORDED, the
senders get AE and keep their messages. Only this loop changes the ward, so nothing in it needs a lock.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from monitor.clock import Clock
from monitor.counters import Counters
from monitor.errors import MonitorError, NotRecording
from monitor.hl7.ack import Outcome, acknowledge
from monitor.recorder.arrivals import Arrived
from monitor.recorder.jobs import Job
from monitor.recorder.judging import Judging
from monitor.recorder.receiving import Receiving
from monitor.recorder.telling import Telling
from monitor.recorder.turn import Reply, Turn
from monitor.recorder.writing import Outcome as Commit
from monitor.recorder.writing import Writer
from monitor.runtime import Runtime, Signal
from monitor.store.rows import Act, Batch, Written
from monitor.ward.chairs import Chair
from monitor.ward.ward import Ward

T = TypeVar("T")
log = logging.getLogger(__name__)

GROUP_WINDOW_S = 0.010  # from one commit to the next while messages keep coming, so that they share it
BUSY_FRAMES = 3  # a turn of so many frames is followed by a window
FRAMES_BETWEEN_YIELDS = 8
LONG_FRAME_BYTES = 16_384  # takes as long as several
FRAMES_A_TURN = 512
LAST_WRITE_S = 3.0


class Recorder:
    """Receives, judges, records, tells and answers."""

    def __init__(
        self,
        ward: Ward,
        receiving: Receiving,
        judging: Judging,
        writer: Writer,
        telling: Telling,
        clock: Clock,
        runtime: Runtime,
        counters: Counters,
        new_id: Callable[[], str],
    ) -> None:
        self.ward = ward
        self.judging = judging
        self.clock = clock
        self._receiving = receiving
        self._writer = writer
        self._telling = telling
        self._runtime = runtime
        self._counters = counters
        self._new_id = new_id
        self._frames: deque[Arrived] = deque()
        self._jobs: deque[Job[object]] = deque()
        self._due: deque[Chair] = deque()
        self._wake: Signal = runtime.signal()
        self._stopping = False
        self._turned_s = time.monotonic()
        self.stopped: Signal = runtime.signal()

    # What other tasks call -------------------------------------------------------------------------------------------

    def receive(self, arrived: Arrived) -> None:
        """Queue a frame; it is finished, with its answers, in one of the next turns."""
        self._frames.append(arrived)
        self._wake.set()

    def tick(self, chairs: Sequence[Chair]) -> None:
        """Queue chairs for judging what time alone does to them."""
        self._due.extend(chairs)
        self._wake.set()

    def perform(self, prepare: Callable[[Turn], Act], settle: Callable[[object, Turn], T]) -> T:
        """Pass an act through the spine and wait for its result; only the calling task waits."""
        job: Job[T] = Job(prepare, settle, self._runtime.signal())
        self._jobs.append(job)  # type: ignore[arg-type]  # a job is only ever settled with its own result
        self._wake.set()
        return job.wait()

    def transact(self, act: Callable[..., object]) -> object:
        """Any recorded act that changes no live session: people, patients, sign-ins; raises what the act raises."""
        return self.perform(lambda turn: act, lambda answer, turn: answer)

    def stop(self) -> None:
        """End the loop after what is queued."""
        self._stopping = True
        self._wake.set()

    @property
    def not_recording_s(self) -> float | None:
        """Seconds since the record stopped taking writes, None while it does."""
        return self._writer.not_recording_s

    @property
    def frames_waiting(self) -> int:
        """Frames that were received and wait for their turn."""
        return len(self._frames)

    @property
    def quiet_s(self) -> float:
        """Seconds since a turn was finished; a loop that lives finishes at least one a second."""
        return time.monotonic() - self._turned_s

    # The loop --------------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """One turn after the other until stopped."""
        while not self._stopping or self._frames or self._jobs:
            # A fresh signal before looking: whoever queues after the look sets this one.
            wake = self._wake = self._runtime.signal()
            if not (self._frames or self._jobs or self._due):
                wake.wait(1.0)
            turn = Turn(self.clock.now(), self.clock.mono_s())
            try:
                self.take_turn(turn)
                self._turned_s = time.monotonic()
            except Exception:
                log.exception("a turn of the spine failed")  # the loop itself must never end
            finally:
                _finish_all(turn)
        try:
            self._writer.close(LAST_WRITE_S)
        finally:
            self.stopped.set()

    def take_turn(self, turn: Turn) -> None:
        """Everything that is queued now: judged, recorded, told and answered."""
        began_s = time.monotonic()
        self.judging.not_recording = self._writer.not_recording_s is not None
        frames = self._take_frames(turn)
        self._take_due(turn)
        jobs, acts = self._prepare_jobs(turn)
        try:
            self._conclude(turn, jobs, acts)
        except Exception:
            for job in jobs:
                job.give_up()
            raise
        if frames >= BUSY_FRAMES and (left_s := began_s + GROUP_WINDOW_S - time.monotonic()) > 0:
            self._runtime.sleep(left_s)

    def _conclude(self, turn: Turn, jobs: list[Job[object]], acts: list[Act]) -> None:
        """Store, tell, answer, settle; a fault in telling keeps nobody from an answer."""
        batch = turn.batch()
        if acts:
            batch = _with_acts(batch, acts)
        if batch or self._writer.owes:
            outcome, written = self._writer.commit(batch, partial(self._late, turn, jobs))
        else:
            self._writer.poll()
            outcome, written = Commit.RECORDED, None
        if outcome is Commit.RECORDED:
            self._follow(turn, written, len(acts), turn)
        self._tell(turn, recorded=outcome is Commit.RECORDED)
        self._answer(turn, recorded=outcome is Commit.RECORDED)
        if outcome is not Commit.UNCERTAIN:
            self._settle(jobs, written, turn)
        self._telling.recording(self._writer.not_recording_s, owes=self._writer.owes)

    def _follow(self, turn: Turn, written: Written | None, first: int, after: Turn) -> None:
        """Let the ward follow what messages did to the record; their answers come after those of people's acts."""
        if written is None:
            return
        answers = written.answers[first:]
        for follow, answer in zip(turn.follows, answers, strict=False):
            try:
                follow(answer, after)
            except Exception:
                log.exception("what is stored could not be followed; a restart reads it from the record")
                self._counters.faults.inc()

    def _tell(self, turn: Turn, *, recorded: bool) -> None:
        try:
            self._telling.tell(turn, recorded=recorded)
        except Exception:
            log.exception("what happened could not be told; the next change of the chair tells it")
            self._counters.faults.inc()

    def _take_frames(self, turn: Turn) -> int:
        taken = min(len(self._frames), FRAMES_A_TURN)
        for count in range(1, taken + 1):
            arrived = self._frames.popleft()
            try:
                self._receiving.take(arrived, turn)
                if not arrived.is_taken:
                    self._frames.append(arrived)  # behind those of others
            except Exception:  # unanswered, its sender keeps it; what else this turn has judged must be stored
                log.exception("a frame could not be processed")
                self._counters.faults.inc()
                arrived.finish(())
            if count % FRAMES_BETWEEN_YIELDS == 0 or len(arrived.raw) > LONG_FRAME_BYTES:
                self._runtime.yield_now()
        return taken

    def _take_due(self, turn: Turn) -> None:
        for count in range(1, len(self._due) + 1):
            chair = self._due.popleft()
            live = chair.session
            if live is not None and (live.is_watched or live.states):
                try:
                    (self.judging.time if live.is_watched else self.judging.unwatched)(chair, live, turn)
                except Exception:
                    log.exception("a chair could not be judged")
                    self._counters.faults.inc()
            if count % FRAMES_BETWEEN_YIELDS == 0:
                self._runtime.yield_now()

    def _prepare_jobs(self, turn: Turn) -> tuple[list[Job[object]], list[Act]]:
        jobs: list[Job[object]] = []
        acts: list[Act] = []
        while self._jobs:
            job = self._jobs.popleft()
            try:
                acts.append(job.prepare(turn))
                jobs.append(job)
            except MonitorError as refusal:
                job.refuse(refusal)
            except Exception:
                log.exception("an act could not be prepared")
                job.refuse(MonitorError("The server could not do this; its log says why."))
        return jobs, acts

    def _settle(self, jobs: list[Job[object]], written: Written | None, turn: Turn) -> None:
        """Give every act its answer; what settling changes is told, and stored with the next turn."""
        if not jobs:
            return
        after = Turn(turn.now, turn.mono_s)
        for index, job in enumerate(jobs):
            if written is None:
                job.refuse(NotRecording("The record does not take writes: nothing was changed. Try again."))
            else:
                job.finish(written.answers[index], after)
        consequences = after.batch()
        if consequences:
            outcome, _ = self._writer.commit(consequences, lambda written: None)
            self._tell(after, recorded=outcome is Commit.RECORDED)
        else:
            self._tell(after, recorded=True)

    def _late(self, turn: Turn, jobs: list[Job[object]], written: Written | None) -> None:
        """A commit that took too long has ended after all."""
        after = Turn(turn.now, turn.mono_s)
        self._follow(turn, written, len(jobs), after)
        self._tell(after, recorded=written is not None)
        self._settle(jobs, written, turn)

    def _answer(self, turn: Turn, *, recorded: bool) -> None:
        for arrived, replies in turn.replies:
            if arrived.finished:
                continue
            try:
                arrived.answers += tuple(self._acks(replies, recorded=recorded))
                if arrived.is_taken:
                    arrived.finish(arrived.answers)
            except Exception:
                log.exception("an answer could not be made")
                arrived.finish(())

    def _acks(self, replies: list[Reply], *, recorded: bool) -> list[bytes]:
        acks = []
        for reply in replies:
            outcome = reply.outcome if recorded else Outcome.ERROR
            reply.answered(outcome, recorded=recorded)
            if reply.message is None:
                continue
            text = reply.text if recorded else "not recorded: keep this message and send it again"
            problem = reply.problem if recorded else None
            answer = partial(acknowledge, reply.message, outcome, text=text, form=reply.form, problem=problem)
            acks.append(answer(at=self.clock.now(), control_id=self._new_id()))
            self._counters.answers.labels(outcome.name.lower()).inc()
        return acks


def _finish_all(turn: Turn) -> None:
    """After a fault nobody may be left waiting: without an answer the sender keeps its message and sends it again."""
    for arrived, _ in turn.replies:
        if not arrived.finished and arrived.is_taken:  # what is still queued goes on in the next turn
            arrived.finish(arrived.answers)


def _with_acts(batch: Batch, acts: list[Act]) -> Batch:
    parts = {name: getattr(batch, name) for name in batch.__slots__}
    return Batch(**{**parts, "acts": (*acts, *batch.acts)})  # those somebody waits for first, by their place
