"""Ids are UUIDs of RFC 9562, lower case: version 7 sorts by time, version 8 stands for its content."""

import time
import uuid

from hypothesis import given
from hypothesis import strategies as st

from ordertrail.content_ids import uuid8
from ordertrail.ids import uuid7, uuid7_of


def test_a_new_id_is_of_version_7_and_of_now() -> None:
    before = time.time_ns() // 1_000_000
    text = uuid7()
    after = time.time_ns() // 1_000_000
    found = uuid.UUID(text)
    assert (found.version, found.variant, str(found)) == (7, uuid.RFC_4122, text)
    assert before <= found.int >> 80 <= after


def test_new_ids_differ() -> None:
    assert len({uuid7() for _ in range(1000)}) == 1000


@given(st.integers(0, 2**48 - 1), st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_ids_sort_by_time(one: int, other: int, noise: bytes) -> None:
    assert (uuid7_of(one, noise) < uuid7_of(other, noise)) == (one < other)
    assert uuid.UUID(uuid7_of(one, noise)).int >> 80 == one


@given(st.binary(min_size=10, max_size=10))
def test_ids_of_version_7_keep_74_bits_of_noise(noise: bytes) -> None:
    found = uuid.UUID(uuid7_of(1, noise))
    assert (found.version, found.variant) == (7, uuid.RFC_4122)
    kept = int.from_bytes(noise, "big") & ~(0xF << 76) & ~(0x3 << 62)
    assert found.int & ~(0xF << 76) & ~(0x3 << 62) & (2**80 - 1) == kept


@given(st.binary(), st.binary())
def test_the_same_content_has_the_same_id(one: bytes, other: bytes) -> None:
    assert (uuid8(one) == uuid8(other)) == (one == other)
    assert uuid.UUID(uuid8(one)).version == 8


def test_the_ids_of_some_contents_stay_what_they_are() -> None:
    assert uuid8(b"") == "e3b0c442-98fc-8c14-9afb-f4c8996fb924"
    assert uuid7_of(1_767_225_600_000, bytes(10)) == "019b76da-a800-7000-8000-000000000000"
