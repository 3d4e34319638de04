"""Times are whole microseconds since 1970 UTC, and back."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from ordertrail.notes.times import micros, moment


def test_times_are_counted_from_1970() -> None:
    assert micros(datetime(1970, 1, 1, tzinfo=UTC)) == 0
    assert micros(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1
    assert micros(datetime(2026, 1, 31, 13, tzinfo=timezone(timedelta(hours=1)))) == 1_769_860_800_000_000


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_time_comes_back_exactly(time: datetime) -> None:
    assert moment(micros(time)) == time
    assert moment(micros(time)).tzinfo is UTC
