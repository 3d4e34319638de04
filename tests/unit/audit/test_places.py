from collections.abc import Sequence

import pytest

from ordertrail.audit.findings import Found
from ordertrail.audit.places import Places
from ordertrail.notes.digest import leaf, leaf_hash, order_tag

TAG = order_tag("t", "o")


def place(seq: int, position: int, hashed: bytes | None = None) -> tuple[bytes, int, int, bytes]:
    """A row of the log for an entry whose digest is its seq."""
    return b"o", seq, position, hashed or leaf_hash(leaf(TAG, max(seq, 0), bytes([seq % 256])))


def found(
    places: Sequence[tuple[bytes, int, int, bytes]], seqs: Sequence[int] = (1, 2, 3)
) -> list[tuple[str, int | None]]:
    """What is found of the entries of these seqs."""
    gathered = Found()
    checked = Places(gathered, TAG, places)
    for seq in seqs:
        checked.check(seq, bytes([seq % 256]))
    checked.close()
    return [(finding.code, finding.seq) for finding in gathered.findings()]


def test_each_entry_has_its_place() -> None:
    assert found([place(1, 0), place(2, 7), place(3, 8)]) == []
    assert found([], []) == []


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([], [("log-missing", 1)]),
        ([place(1, 0), place(3, 2)], [("log-missing", 2)]),
        ([place(0, 0), place(1, 1), place(2, 2), place(3, 3)], [("log-extra", 0)]),
        ([place(1, 1), place(2, 2), place(3, 3), place(4, 4), place(5, 5)], [("log-extra", 4)]),
        ([place(1, 1), place(2, 2), place(2, 2), place(2, 9), place(3, 3)], [("log-twice", 2)]),
        ([place(1, 1), place(2, 5), place(3, 3)], [("log-order", 3)]),
        ([place(1, 1), place(2, 5, bytes(32)), place(3, 6)], [("leaf-differs", 2)]),
    ],
)
def test_what_is_wrong_is_found(
    places: list[tuple[bytes, int, int, bytes]], expected: list[tuple[str, int | None]]
) -> None:
    assert found(places) == expected


def test_an_entry_below_zero_has_no_leaf() -> None:
    assert found([place(-1, 0)], [-1]) == [("leaf-differs", -1)]
