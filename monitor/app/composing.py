"""The composition root: reads policy and code tables, constructs the rooms and hands them to each other.

Law: no logic and no module-level singletons; what runs for ever is started in `Application.start`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

import monitor
from config import Config
from monitor.app.application import Application
from monitor.app.entrance import build_entrance
from monitor.app.judging_process import JudgingProcess
from monitor.app.measures import measure
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clock import Clock
from monitor.counters import Counters
from monitor.hl7.device_message import DeviceMessage
from monitor.hl7.wording import explanations
from monitor.ids import id_maker
from monitor.intake.listener import Intake
from monitor.intake.peers import Peers
from monitor.life_sign import LifeSign, Systemd, bell_at
from monitor.outgoing.exchange import Destination, Tls
from monitor.outgoing.sender import Record, Sender
from monitor.printing.press import Press
from monitor.provisions import (
    build_id,
    read_codes,
    read_policy,
    read_sources,
    read_stored_policy,
    secret_key,
)
from monitor.publisher import Publisher
from monitor.recorder.acknowledging import Acknowledging
from monitor.recorder.acting import Acting
from monitor.recorder.bookings import Bookings
from monitor.recorder.desk import Desk
from monitor.recorder.judging import Judging
from monitor.recorder.outlook import Outlooks
from monitor.recorder.planning import Planning
from monitor.recorder.readiness import Readiness
from monitor.recorder.reading_again import ReadingAgain
from monitor.recorder.receiving import Receiving
from monitor.recorder.reckoning import Reckoning
from monitor.recorder.recorder import Recorder
from monitor.recorder.sealing import Seal
from monitor.recorder.signing import Signing
from monitor.recorder.sound_tests import SoundTests
from monitor.recorder.telling import Telling
from monitor.recorder.ticking import Ticking
from monitor.recorder.writing import Writer
from monitor.runtime import Runtime
from monitor.security.signing_key import open_signing_key
from monitor.security.syslog import syslog_server
from monitor.security.trail_watch import Outside, TrailWatch
from monitor.security.turnstile import Turnstile
from monitor.store import migrate
from monitor.store.engine import open_engine
from monitor.store.queries.sessions import policy_text
from monitor.store.store import Store
from monitor.visitors import places
from monitor.ward.picture import Picture
from monitor.ward.restore import restore
from monitor.ward.snapshot import Snapshots
from monitor.ward.sounding import StationSounds
from monitor.ward.stations import settle_chairs
from monitor.ward.ward import Spoken
from monitor.web.pushing import SocketEmitter
from monitor.web.read_trail import ReadTrail
from monitor.web.services import PolicyFacts, Services
from monitor.web.sockets import build_socketio
from monitor.web.wiring import build_flask

T = TypeVar("T")

TEMPLATES = Path(__file__).parents[2] / "templates"
HISTORY_READS_AT_ONCE = 2


def destination(config: Config) -> Destination | None:
    """Where sessions are told, None when nowhere."""
    ehr = config.ehr
    if ehr is None:
        return None
    return Destination(
        host=ehr.host,
        port=ehr.port,
        tls=None if ehr.tls_ca is None else Tls(ehr.tls_ca, ehr.tls_cert, ehr.tls_key),
        application=ehr.application,
        facility=ehr.facility,
        to_application=ehr.to_application,
        to_facility=ehr.to_facility,
        answer_s=float(ehr.answer_s),
    )


def create_app(config: Config, clock: Clock, runtime: Runtime) -> Application:
    """Construct the whole server on an upgraded database; nothing runs yet."""
    policy, text = read_policy(config.policy)
    engines = open_engine(config.database, config.data_dir)
    migrate.upgrade_engine(engines.write)
    store, counters = Store(engines), Counters()
    settle_chairs(store, [(chair.name, chair.bed) for chair in config.chairs], clock.now(), config.station_size)

    kept: dict[str, ClinicPolicy] = {policy.sha256: policy}

    def policies(connection: Connection, sha256: str) -> ClinicPolicy:
        if sha256 not in kept:
            kept[sha256] = read_stored_policy(policy_text(connection, sha256) or "", policy)
        return kept[sha256]

    def read(query: Callable[[Connection], T]) -> T:
        return runtime.offload(store.read, query)

    seal = Seal(open_signing_key(config.signing_key), config.timezone)
    ward = store.read(restore, policies, clock.now(), clock.mono_s())
    new_id = id_maker(clock.now)
    build = build_id()
    picture = Picture(ward, policy, clock)
    emitter = SocketEmitter()
    publisher = Publisher(emitter, picture, clock, runtime, counters, build)
    sounds = StationSounds(policy.signalling.sounding, lambda: clock.real_s(clock.mono_s()))
    judging = Judging(clock, counters, new_id, sounds if config.require_sound else None)
    codes, sources = read_codes(), read_sources(config.sources, config.timezone)
    receiving = Receiving(ward, judging, codes, sources, clock, counters)

    def is_bound(device: DeviceMessage) -> bool:
        return isinstance(ward.whose(device.bed, device.device_id, device.source), Spoken)

    writer = Writer(store, runtime, counters)
    telling = Telling(publisher, picture, ward)
    recorder = Recorder(ward, receiving, judging, writer, telling, clock, runtime, counters, new_id)
    measure(counters, recorder, writer, ward)
    history = Turnstile(runtime, HISTORY_READS_AT_ONCE)
    outside = Outside(config.audit_anchors, None if config.syslog is None else syslog_server(config.syslog))
    trail = TrailWatch(read, seal.key, outside, clock, runtime, counters, config.timezone)
    snapshots = Snapshots(
        ward, picture, clock, read, policies, history.passage, publisher.seq, lambda: recorder.not_recording_s
    )
    bookings = Bookings(ward, policy.day_plan, config.timezone)
    desk = Desk(
        recorder,
        Acting(ward, judging, bookings),
        Acknowledging(ward, judging),
        Signing(ward, seal, config.demo),
        Planning(ward, policy, text, judging, bookings),
        read,
        policies,
        ReadingAgain(codes, sources),
        trail.signed_off,
    )
    record = Record(read, desk.transact, policies)
    sender = Sender(destination(config), record, clock, runtime, counters, simulated=config.demo)
    key = secret_key(config.secret_key, config.data_dir, config.secret_key_file)
    entrance = build_entrance(config, clock, runtime, engines.read, desk.transact, key)
    peers = Peers(config.mllp_peers, most=places(), most_an_address=config.mllp_connections_per_address)
    intake = Intake(recorder, runtime, clock, counters, peers=peers)
    reads = ReadTrail(desk.transact, clock, runtime, counters.readings_dropped)
    press = Press(runtime, Turnstile(runtime, 1, waiting=16).passage)
    services = Services(
        config=config,
        clock=clock,
        runtime=runtime,
        recorder=desk,
        ward=snapshots,
        reading=engines.read,
        sign_ins=entrance.sign_ins,
        second_step=entrance.second_step,
        passwords=entrance.passwords,
        sockets=entrance.sockets,
        history=history,
        policy=_facts(policy),
        policies=policies,
        secret_key=key,
        build=build,
        version=monitor.__version__,
        templates=TEMPLATES,
        counters=counters,
        explain=lambda raw, at: runtime.offload(lambda: explanations(raw, codes, sources, at, is_bound)),
        compare=JudgingProcess(config, runtime).compare,
        outbox=sender,
        intake=intake,
        sources=receiving.register,
        sounds=sounds,
        trail=trail,
        reads=reads,
        press=press,
    )
    flask = build_flask(services)
    socketio = build_socketio(flask, services)
    emitter.speak_through(socketio)
    return Application(
        config=config,
        clock=clock,
        runtime=runtime,
        flask=flask,
        socketio=socketio,
        store=store,
        recorder=recorder,
        intake=intake,
        publisher=publisher,
        ticking=Ticking(recorder, clock, runtime, counters),
        outlooks=Outlooks(ward, desk.discharge, publisher, runtime),
        sender=sender,
        trail=trail,
        sound_tests=SoundTests(policy.signalling.sounding, sounds, publisher, read, clock, runtime, ward.stations),
        reckoning=Reckoning(read, desk.transact, policies, clock, runtime),
        readiness=Readiness(ward, read, telling, clock, runtime),
        life_sign=life_sign(config, recorder, runtime),
        services=services,
        desk=desk,
        counters=counters,
        press=press,
        warnings=engines.warnings,
        command_line=entrance.command_line,
    )


def life_sign(config: Config, recorder: Recorder, runtime: Runtime) -> LifeSign:
    """What tells the service manager and the bell that patients are watched; raises ConfigurationRefused."""
    systemd = None if config.notify_socket is None else Systemd(config.notify_socket, config.notify_every_s)
    return LifeSign(
        lambda: recorder.quiet_s,
        lambda: recorder.not_recording_s is None,
        runtime,
        systemd,
        bell_at(config.bell_url),
    )


def _facts(policy: ClinicPolicy) -> PolicyFacts:
    approved = policy.approved_by is not None
    return PolicyFacts(
        policy.id, str(policy.version), approved, policy.day_plan, policy.series, policy.sha256, policy.staff
    )
