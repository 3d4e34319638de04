"""How often each kind of unevenness occurs."""

from pathlib import Path

import pytest

from ordertrail.importers.olist.kinds import KINDS, WAYS, count_kinds
from ordertrail.importers.olist.rows import FILES
from tests.olist_files import Files, uneven

REFERENCE = Path(__file__).parents[4] / "docs" / "reference" / "olist.md"

EXPECTED = {
    "paid more than the total": 1,
    "paid less than the total": 1,
    "paid, but without items": 2,
    "neither items nor money": 1,
    "payments of 0.00": 1,
    "payments by an unknown method": 1,
    "several payments": 2,
    "payments not numbered from 1": 1,
    "times out of order": 4,
    "handed over before approved": 3,
    "handed over before the purchase": 1,
    "delivered before approved": 1,
    "delivered before handed over": 1,
    "estimate before approved": 2,
    "estimate before handed over": 2,
    "times that the clocks showed twice": 1,
    "not approved": 3,
    "canceled before the handover, no time": 3,
    "canceled before the handover, paid": 1,
    "canceled after the handover": 2,
    "canceled after the delivery": 1,
    "delivered, no time": 1,
    "delivered, no handover": 1,
    "shipped without items": 1,
    "unavailable": 2,
    "open when the files end": 3,
    "another status, or other times than usual with it": 1,
    "several sellers": 2,
    "items with freight of 0.00": 2,
    "items without a category": 2,
    "items of a category without translation": 2,
    "items to be shipped before approved": 3,
    "items to be shipped after the estimate": 2,
    "several reviews": 1,
    "reviews on several orders": 2,
    "reviews without text": 1,
    "reviews answered before the purchase": 1,
    "reviews answered before another fact": 1,
}


def test_each_kind_is_counted_where_it_occurs(tmp_path: Path) -> None:
    assert count_kinds(uneven().read(tmp_path)) == EXPECTED
    assert EXPECTED.keys() == KINDS.keys()


def test_a_regular_order_is_of_no_kind(tmp_path: Path) -> None:
    files = Files().order("o1", reviews=[("5", "", "bom", "2018-02-01 10:00:00")]).order("o2", "shipped", d="")
    assert count_kinds(files.read(tmp_path)) == {}


@pytest.mark.parametrize("status", [*WAYS, "lost"])
def test_a_status_with_other_times_than_usual_is_told(status: str, tmp_path: Path) -> None:
    ways = [(a, c, d) for a in "a-" for c in "c-" for d in "d-"]
    times = {"a": "2018-01-03 10:00:00", "c": "2018-01-05 10:00:00", "d": "2018-01-09 10:00:00", "-": ""}
    files = Files()
    for a, c, d in ways:
        files.order(a + c + d, status, a=times[a], c=times[c], d=times[d])
    counted = count_kinds(files.read(tmp_path))["another status, or other times than usual with it"]
    assert counted == len(ways) - len(WAYS.get(status, ()))


def test_the_reference_lists_every_kind_in_order() -> None:
    table = REFERENCE.read_text(encoding="utf-8").split("## Unevenness")[1]
    rows = [line.split(" | ")[0].removeprefix("| ") for line in table.splitlines() if line.startswith("| ")]
    assert rows[1:] == list(KINDS)


def test_the_reference_names_every_column_that_is_used() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    used = {column for kind in FILES for column in kind.__struct_encode_fields__}
    assert {column for column in used if f"`{column}`" not in text} == set()
