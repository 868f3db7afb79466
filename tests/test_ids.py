"""Ids: sortable by time, alone in the world, readable aloud."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.ids import id_maker

START_AT = datetime(2000, 1, 1, tzinfo=UTC)
TIMES = st.integers(0, 100 * 366 * 24 * 3600 * 1000).map(lambda ms: START_AT + timedelta(milliseconds=ms))


@given(TIMES, st.integers(1, 10**10))
def test_a_later_id_sorts_later(at: datetime, later_ms: int) -> None:
    moments = [at, at + timedelta(milliseconds=later_ms)]
    first, second = (id_maker(lambda moment=moment: moment)() for moment in moments)
    assert first < second


def test_ids_of_one_moment_differ_and_have_no_letter_that_is_misread() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    new_id = id_maker(lambda: at)
    made = {new_id() for _ in range(5000)}
    assert len(made) == 5000
    assert {len(one) for one in made} == {16}
    assert not set("".join(made)) & set("ilouILOU")
