"""What the server counts about itself, for /metrics.

Law: numbers only; never a name, bed or patient.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_ROWS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000)


class Counters:
    """One set of counters on a registry of its own, so that two servers in one test do not share them."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self.registry = registry
        self.connections = Gauge("mllp_connections", "Open MLLP connections", registry=registry)
        self.connections_refused = Counter(
            "mllp_connections_refused", "MLLP connections refused at the limit", registry=registry
        )
        self.frames = Counter("mllp_frames", "MLLP frames received", registry=registry)
        self.skipped = Counter("mllp_skipped", "Bytes or frames skipped between frames", ["kind"], registry=registry)
        self.answers = Counter("mllp_answers", "Acknowledgements sent", ["code"], registry=registry)
        self.unanswered = Counter("mllp_unanswered", "Refused fragments without a readable MSH", registry=registry)
        self.duplicates = Counter("mllp_duplicates", "Messages sent again that were taken before", registry=registry)
        self.wrong_peers = Counter("mllp_wrong_peers", "Messages of a source from a wrong peer", registry=registry)
        self.readings = Counter("readings_stored", "New rows of readings", registry=registry)
        self.unassigned = Counter("messages_unassigned", "Messages no chair could be found for", registry=registry)
        self.unknown_beds = Counter(
            "admissions_unknown_bed", "ADT messages whose bed is no chair's here", registry=registry
        )
        self.alarms = Counter("alarms_raised", "Alarms raised", ["kind", "priority"], registry=registry)
        self.faults = Counter("judging_faults", "Faults in judging; the readings were recorded", registry=registry)
        self.commits = Histogram("commit_seconds", "Duration of one transaction", buckets=_SECONDS, registry=registry)
        self.commit_readings = Histogram(
            "commit_readings", "Rows of readings of one transaction that has any", buckets=_ROWS, registry=registry
        )
        self.committed_age_s = Gauge(
            "reading_committed_age_seconds", "Since readings were last committed; NaN: never yet", registry=registry
        )
        self.frames_waiting = Gauge("frames_waiting", "Frames received and not yet processed", registry=registry)
        self.alarms_standing = Gauge("alarms_standing", "Alarms that stand now", ["priority"], registry=registry)
        self.quarantined = Counter("messages_quarantined", "Messages put into quarantine", registry=registry)
        self.write_failures = Counter("write_failures", "Transactions that failed", registry=registry)
        self.set_aside = Counter("rows_set_aside", "Rows and acts that cannot be stored", ["part"], registry=registry)
        self.recording = Gauge("recording", "1 while the database takes writes", registry=registry)
        self.hub_gap_s = Gauge("hub_gap_seconds_max", "Longest hub pause, last minute", registry=registry)
        self.sockets = Gauge("stations_connected", "Open Socket.IO connections", registry=registry)
        self.http_connections = Gauge("http_connections", "Open HTTP and websocket connections", registry=registry)
        self.http_refused = Counter("http_connections_refused", "Connections over the limit", registry=registry)
        self.refusals = Counter("web_refusals", "Requests and socket events refused", ["code"], registry=registry)
        self.unread_pages = Counter("pages_unread", "Pages closed that had stopped reading", registry=registry)
        self.outbox_pending = Gauge("outbox_pending", "Messages to the other system that wait", registry=registry)
        self.outbox_stopped = Gauge("outbox_stopped", "Messages that need a person", registry=registry)
        self.outbox_oldest_s = Gauge("outbox_oldest_seconds", "Age of the oldest waiting message", registry=registry)
        self.outbox_attempts = Counter("outbox_attempts", "What became of messages", ["outcome"], registry=registry)
        self.audit_whole = Gauge("audit_trail_whole", "0 when the last verification found a break", registry=registry)
        self.audit_verified = Gauge("audit_entries_verified", "Entries last verified", registry=registry)
        self.readings_dropped = Counter(
            "audit_readings_dropped", "Readings of records that could not be noted", registry=registry
        )
        self.audit_anchored = Gauge("audit_entry_anchored", "Newest entry kept outside", registry=registry)
        self.recording.set(1)
