"""What is answered about what a series did. Law: what nobody recorded is null and never counts as relief."""

from monitor.web.fields import Answer, Time


class PainAnswer(Answer):
    """One pain, NRS 0 to 10; `measure` is average or now."""

    at: Time
    value: float
    measure: str


class ScoredAnswer(Answer):
    """A total; null: it was recorded and cannot be told."""

    at: Time
    value: float | None


class GradedAnswer(Answer):
    """An adverse event with its CTCAE grade."""

    at: Time
    words: str
    grade: int


class ResponseAnswer(Answer):
    """`result` is none, moderate, substantial or unknown; `last_known` is what `newest` told while it is unknown."""

    result: str
    percent: float | None
    before: PainAnswer | None
    newest: PainAnswer | None
    last_known: str
    says: str


class JournalReliefAnswer(Answer):
    """What the journal says after one infusion; `relief_h` null: it cannot tell; `at_least`: its end was not seen."""

    entries: int
    days: int
    days_recorded: int
    days_of_relief: int
    relief_h: float | None
    at_least: bool
    says: str


class InfusionOutcomeAnswer(Answer):
    """One infusion: pain now before and after it, relief, adverse events."""

    number: int
    session_id: int
    started_at: Time
    ended_at: Time | None
    given_mg: float | None
    given_mg_per_kg: float | None
    before: PainAnswer | None
    after: PainAnswer | None
    percent: float | None
    result: str
    reported_relief_h: float | None
    journal: JournalReliefAnswer | None
    events: list[GradedAnswer]
    worst_grade: int | None


class ChangeAnswer(Answer):
    """The last total before the first infusion, and the newest; `less` is how much less."""

    first: ScoredAnswer | None
    newest: ScoredAnswer | None
    less: float | None
    percent_less: float | None


class DosePairAnswer(Answer):
    """One infusion: mg/kg, and how many percent less pain just after it than just before."""

    number: int
    given_mg_per_kg: float
    percent_less: float


class DoseResponseAnswer(Answer):
    """The pairs that are known, of so many infusions; nothing is fitted to them."""

    pairs: list[DosePairAnswer]
    of: int
    are_few: bool


class ReliefDaysAnswer(Answer):
    """Days of relief, of the days the journal has, of the days that passed."""

    of_relief: int
    recorded: int
    passed: int


class EventsOfKindAnswer(Answer):
    """One kind of adverse event over the series, and at which infusions."""

    words: str
    count: int
    infusions: list[int]
    worst_grade: int


class DueAnswer(Answer):
    """A follow-up that is asked for; `week` 0 is the next day."""

    session_id: int
    kind: str
    week: int
    due_at: Time
    lapses_at: Time


class FollowUpsDoneAnswer(Answer):
    """Of those that were answered or have lapsed, so many were answered."""

    recorded: int
    of: int
    missing: list[DueAnswer]


class AskedAnswer(Answer):
    """What a physician is asked before the next infusion; `seen` is named in the answer to it."""

    rule_id: str
    title: str
    words: str
    seen: float


class ReassessmentAnswer(Answer):
    """A physician's answer."""

    id: int
    rule_id: str
    seen: float
    seen_words: str
    decision: str
    words: str
    at: Time
    by: str


class SeriesOutcomeAnswer(Answer):
    """What a series did as of one moment; what nobody recorded is null and never counts as relief."""

    series_id: int
    as_of: Time
    simulated: bool
    measure: str
    moderate_percent: float
    substantial_percent: float
    baseline: PainAnswer | None
    response: ResponseAnswer
    infusions: list[InfusionOutcomeAnswer]
    pain: list[PainAnswer]
    mme: list[ScoredAnswer]
    interference: list[ScoredAnswer]
    severity: list[ScoredAnswer]
    opioids: ChangeAnswer
    function: ChangeAnswer
    severity_change: ChangeAnswer
    dose_response: DoseResponseAnswer
    relief_days: ReliefDaysAnswer | None
    events: list[EventsOfKindAnswer]
    follow_ups: FollowUpsDoneAnswer
    cumulative_mg: float | None
    asked: list[AskedAnswer]
    stopped_by: str | None
    reassessments: list[ReassessmentAnswer]
