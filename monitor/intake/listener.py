"""The MLLP listener: bytes in, frames to the recorder, answers back in order.

Law: one bad message never stops a connection, one bad connection never stops the listener. A connection sends its next
answers only after those it waits for, so a peer that pipelines without end is slowed by its own backlog.
"""

import logging
import socket
import ssl
from dataclasses import dataclass

from monitor.clock import Clock
from monitor.counters import Counters
from monitor.hl7.mllp import Frame, FrameBuffer, Skipped, wrap
from monitor.intake.connections import Connection, Connections
from monitor.intake.peers import Peers
from monitor.intake.tls import HANDSHAKE_S, reason_of, subject_of
from monitor.recorder.arrivals import Arrived, Inbox
from monitor.runtime import Runtime

log = logging.getLogger(__name__)

CHUNK_BYTES = 65536


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    """What one peer and all peers together may use (DESIGN, Time: limits)."""

    frame_bytes: int = 1024 * 1024
    frame_timeout_s: float = 10.0
    send_timeout_s: float = 10.0
    frames_in_flight: int = 16
    handshake_s: float = HANDSHAKE_S


class Intake:
    """Accepts MLLP connections and carries their conversations."""

    def __init__(
        self,
        recorder: Inbox,
        runtime: Runtime,
        clock: Clock,
        counters: Counters,
        limits: IntakeLimits | None = None,
        peers: Peers | None = None,
    ) -> None:
        self._recorder = recorder
        self._runtime = runtime
        self._clock = clock
        self._counters = counters
        self._limits = limits or IntakeLimits()
        self.peers = peers or Peers()
        self.connections = Connections()

    def serve(self, listener: socket.socket, tls: ssl.SSLContext | None = None) -> None:
        """Accept until the listener is closed; with `tls`, only inside it."""
        while True:
            try:
                connection, address = listener.accept()
            except OSError as error:
                if listener.fileno() < 0:
                    return
                log.warning("accept failed: %s", error)  # out of descriptors: running sessions go on
                self._runtime.sleep(0.1)
                continue
            self._welcome(connection, str(address[0]), int(address[1]), tls)

    def _welcome(self, connection: socket.socket, address: str, port: int, tls: ssl.SSLContext | None) -> None:
        objection = self.peers.objection(address)
        if objection is not None:
            self._turn_away(connection, address, objection)
            return
        self.peers.came(address)
        known = Connection(f"{address}:{port}", self._clock.now())
        self.connections.put(id(known), known)
        self._counters.connections.set(len(self.connections))
        try:
            self._runtime.spawn(self._converse, connection, address, known, tls)
        except RuntimeError as error:  # no thread to be had: this peer tries again, the others go on
            log.warning("a connection could not be served: %s", error)
            self._close(connection, address, known)

    def _turn_away(self, connection: socket.socket, address: str, reason: str) -> None:
        self._counters.connections_refused.inc()
        self.peers.turn_away(address, reason, self._clock.now())
        connection.close()

    def _converse(self, connection: socket.socket, address: str, known: Connection, tls: ssl.SSLContext | None) -> None:
        try:
            _detect_dead_peers(connection)
            if tls is not None:
                connection = self._secured(connection, known, tls)
            self._read_and_answer(connection, known)
        except ssl.SSLError as error:
            log.info("connection %s ended: %s", known.peer, error)
            if tls is not None and known.tls_subject is None:
                self._counters.connections_refused.inc()
                self.peers.turn_away(address, reason_of(error), self._clock.now())
        except OSError as error:
            log.info("connection %s ended: %s", known.peer, error)
        except Exception:
            log.exception("the conversation with %s failed", known.peer)  # it ends, the listener does not
        finally:
            self._close(connection, address, known)

    def _secured(self, connection: socket.socket, known: Connection, tls: ssl.SSLContext) -> socket.socket:
        """The same connection inside TLS; the handshake is bounded and holds up nobody else."""
        connection.settimeout(self._limits.handshake_s)
        secured = tls.wrap_socket(connection, server_side=True)
        known.tls_subject = subject_of(secured)
        return secured

    def _close(self, connection: socket.socket, address: str, known: Connection) -> None:
        connection.close()
        self.peers.went(address)
        self.connections.remove(id(known))
        self._counters.connections.set(len(self.connections))

    def _read_and_answer(self, connection: socket.socket, known: Connection) -> None:
        frames = FrameBuffer(self._limits.frame_bytes)
        while True:
            connection.settimeout(self._limits.frame_timeout_s if frames.pending() else None)
            try:
                chunk = connection.recv(CHUNK_BYTES)
            except TimeoutError:
                self._answer(self._refuse(Skipped("stalled", frames.abandon(), 1), known), connection)
                return
            if not chunk:  # the peer sends no more, and may still be listening for its answer
                self._answer([one for left in frames.finish() for one in self._refuse(left, known)], connection)
                return
            known.last_heard_at, known.bytes = self._clock.now(), known.bytes + len(chunk)
            connection.settimeout(self._limits.send_timeout_s)
            if not self._pass_on(frames.feed(chunk), connection, known):
                return

    def _pass_on(self, found: list[Frame | Skipped], connection: socket.socket, known: Connection) -> bool:
        """Hand frames to the recorder and send its answers; False when the connection must be closed."""
        waiting: list[Arrived] = []
        for item in found:
            if isinstance(item, Frame):
                known.frames += 1
                waiting.append(self._submit(item.raw, known.voice))
            else:
                waiting.extend(self._refuse(item, known))
                if item.kind == "oversize":
                    self._answer(waiting, connection)
                    return False
            if len(waiting) >= self._limits.frames_in_flight:
                self._answer(waiting, connection)
                waiting = []
            if len(found) > 1 or not waiting:  # waiting for the answer of a lone frame lets others run anyway
                self._runtime.yield_now()
        self._answer(waiting, connection)
        return True

    def _submit(self, raw: bytes, peer: str, refused: str | None = None) -> Arrived:
        arrived = Arrived(
            raw=raw,
            peer=peer,
            received_at=self._clock.now(),
            received_mono_s=self._clock.mono_s(),
            done=self._runtime.signal(),
            refused=refused,
        )
        self._recorder.receive(arrived)
        return arrived

    def _refuse(self, skipped: Skipped, known: Connection) -> list[Arrived]:
        """Count what was skipped; keep and, where it has a readable MSH, answer what was a broken frame."""
        self._counters.skipped.labels(skipped.kind).inc(skipped.count)
        known.broken += 1
        if skipped.kind == "junk" or not skipped.raw:
            return []
        return [self._submit(skipped.raw, known.voice, refused=skipped.kind)]

    def _answer(self, waiting: list[Arrived], connection: socket.socket) -> None:
        answers: list[bytes] = []
        for arrived in waiting:
            arrived.done.wait()
            answers += map(wrap, arrived.answers)
        if answers:
            connection.sendall(b"".join(answers))


def _detect_dead_peers(connection: socket.socket) -> None:
    """Notice a pulled cable within about 6 s (keepalive 3/1/3) instead of the kernel's two hours."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 3), ("TCP_KEEPINTVL", 1), ("TCP_KEEPCNT", 3), ("TCP_USER_TIMEOUT", 6000)):
        if hasattr(socket, option):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
