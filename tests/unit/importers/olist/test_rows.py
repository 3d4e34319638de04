"""The columns of the data set."""

import csv
from datetime import datetime
from pathlib import Path

from ordertrail.importers.olist.rows import FILES, OrderRow, Product, Review
from tests.olist_files import COLUMNS, REAL

MORNING, NOON, EVENING = (datetime.fromisoformat(f"2018-01-02 {hour}:00:00") for hour in ("08", "12", "20"))


def header(file: str) -> list[str]:
    """The columns that a file has: the real one where it is there, else the made-up one."""
    if not REAL.exists():
        return COLUMNS[file.removesuffix(".csv")].split()
    with (REAL / file).open(encoding="utf-8", newline="") as opened:
        return next(csv.reader(opened))


def test_the_columns_that_are_used_are_those_of_the_files() -> None:
    for kind, file in FILES.items():
        assert set(kind.__struct_encode_fields__) <= set(header(file)), file


def test_the_made_up_files_have_the_columns_of_the_real_ones() -> None:
    for name, columns in COLUMNS.items():
        real = header(f"{name}.csv")
        assert [column for column in real if column in columns.split()] == columns.split()


def test_the_facts_of_an_order_are_the_times_that_are_known() -> None:
    order = OrderRow(id="1", customer="2", status="shipped", purchased=MORNING, handed_over=NOON, estimated=EVENING)
    assert order.facts == (MORNING, NOON)


def test_the_fact_of_a_review_is_its_answer() -> None:
    assert Review(order="1", id="2", score="3", answered=NOON).facts == (NOON,)


def test_other_rows_tell_of_no_moment() -> None:
    assert Product(id="1").facts == ()


def test_every_kind_of_row_has_its_file() -> None:
    assert {Path(file).suffix for file in FILES.values()} == {".csv"}
    assert len(set(FILES.values())) == len(FILES)
