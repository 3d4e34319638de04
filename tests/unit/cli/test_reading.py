"""`orders`, `show` and `notes`, as they are typed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ordertrail import OrderTrail, Page
from ordertrail.cli.reading import Pages
from ordertrail.notes.events import Category
from ordertrail.orders.statuses import OrderStatus
from tests.unit.cli.conftest import Shell

NEW = {"market": "DE", "currency": "JPY"}


def more_orders(shell: Shell, count: int) -> None:
    with OrderTrail.open(shell.database) as trail:
        desk = trail.acting("anna", channel="Web shop")
        for _ in range(count):
            desk.place_order(NEW)


# orders


def test_orders_as_json(shell: Shell) -> None:
    (order,) = shell("orders", "--json").json
    assert order["number"] == "PO100001"
    assert (order["total"], order["balance"], order["currency"]) == ("249.00", "0.00", "USD")
    assert order["customer_email"] == "mercy@example.com"
    assert order["placed"].endswith("Z")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--status", "completed"], 1), (["--status", "OnHold"], 0),
        (["--status", "OnHold", "--status", "Completed"], 1), (["--market", "US"], 1), (["--market", "DE"], 0),
        (["--customer", "taylor"], 1), (["--customer", "C1"], 1),
        (["--email", "MERCY@"], 1), (["--number", "PO100001"], 1), (["--number", "PO1"], 0),
        (["--placed-since", "2020-01-01"], 1), (["--placed-until", "2020-01-01"], 0),
        (["--placed-through", "Order Management"], 1), (["--placed-through", "Web shop"], 0),
    ],
)  # fmt: skip
def test_orders_are_filtered(shell: Shell, words: list[str], found: int) -> None:
    assert len(shell("orders", "--json", *words).json) == found


def test_orders_as_a_table(shell: Shell) -> None:
    more_orders(shell, 1)
    said = shell("orders").out
    assert "PO100001   Completed" in said
    assert "249.00 USD" in said
    assert "0 JPY" in said
    assert "guest" in said


def test_no_order_says_so_beside_the_output(shell: Shell) -> None:
    assert shell("orders", "--market", "FR") == ("", "no such order\n", 0)


def test_orders_go_on_where_the_page_ended(shell: Shell) -> None:
    more_orders(shell, 4)
    first = shell("orders", "--json", "--limit", "2")
    cursor = first.err.split("'")[1]
    second = shell("orders", "--json", "--limit", "3", "--after", cursor)
    assert [order["number"] for order in first.json + second.json] == [f"PO10000{n}" for n in (5, 4, 3, 2, 1)]
    assert second.err == ""


def test_all_orders(shell: Shell) -> None:
    more_orders(shell, 60)
    assert len(shell("orders", "--json").json) == 50
    said = shell("orders", "--json", "--all")
    assert (len(said.json), said.err) == (61, "")


def test_an_unknown_status_names_the_known(shell: Shell) -> None:
    said = shell("orders", "--status", "Lost", code=2).err
    assert all(status in said for status in OrderStatus)


@pytest.mark.parametrize("words", [["orders", "--after", "x"], ["notes", "PO100001", "--after", "x"]])
def test_a_cursor_that_is_none(shell: Shell, words: list[str]) -> None:
    assert shell(*words, code=2) == ("", "error: 'x' is no cursor: give the `next` of the page before\n", 2)


@pytest.mark.parametrize("words", [["orders", "--limit", "0"], ["notes", "PO100001", "--limit", "-1"]])
def test_a_limit_that_is_none(shell: Shell, words: list[str]) -> None:
    shell(*words, code=2)


# Pages


def pages(items: list[int]) -> Callable[[str | None, int], Page[int]]:
    def page(after: str | None, limit: int) -> Page[int]:
        begin = int(after or 0)
        end = begin + min(limit, 3)
        return Page(tuple(items[begin:end]), str(end) if end < len(items) else None)

    return page


@pytest.mark.parametrize(("count", "limit", "found", "left"), [
    (0, None, 0, None), (7, None, 7, None), (7, 7, 7, None), (7, 6, 6, "6"), (7, 2, 2, "2"), (6, 9, 6, None),
])  # fmt: skip
def test_pages_follow_one_another_up_to_the_limit(count: int, limit: int | None, found: int, left: str | None) -> None:
    read = Pages(pages(list(range(count))), None, limit)
    assert list(read) == list(range(found))
    assert read.next == left
    assert list(read) == []


# show


def test_show_as_json(shell: Shell) -> None:
    (said,) = shell("show", "PO100001", "--json").json
    assert (said["number"], said["version"], said["changed_seq"]) == ("PO100001", 9, 9)
    assert said["order"]["status"] == "Completed"
    assert said["order"]["totals"]["total"] == "249.00"
    assert len(said["head"]) == 64


def test_show_as_it_stood(shell: Shell) -> None:
    then = shell("notes", "PO100001", "--json").json[2]["created"]
    for as_of in ("3", then):
        (said,) = shell("show", "PO100001", "--as-of", as_of, "--json").json
        assert (said["version"], said["order"]["status"]) == (3, "OnHold")
    assert shell("show", "PO100001", "--as-of", "2020-01-01", code=1).err.startswith(
        "error: the order did not exist yet"
    )
    assert "is no time" in shell("show", "PO100001", "--as-of", "then", code=2).err


# notes


def test_notes_as_json_with_all_fields(shell: Shell) -> None:
    notes = shell("notes", "PO100001", "--json").json
    assert [note["seq"] for note in notes] == list(range(1, 10))
    assert notes[3]["title"] == "Called the customer"
    assert "changes" not in notes[3]
    assert ["/status", "InProgress", "OnHold"] in notes[2]["changes"]
    assert (notes[2]["operation"], notes[2]["from_status"], notes[2]["to_status"]) == (
        "hold_order",
        "InProgress",
        "OnHold",
    )


@pytest.mark.parametrize(
    ("words", "seqs"),
    [
        (["--type", "custom"], [4]), (["--type", "System", "--limit", "2"], [1, 2]),
        (["--event-type", "ordergrouponhold"], [3]), (["--event-type", "shop.Own"], []),
        (["--category", "payment", "--category", "note"], [2, 4]), (["--by", "anna", "--limit", "1"], [1]),
        (["--by", "bob"], []), (["--through", "Web shop"], []), (["--text", "FLAT 12"], [4]),
        (["--visibility", "customer"], []),
        (["--until", "2020-01-01"], []), (["--since", "2020-01-01", "--limit", "1"], [1]),
        (["--newest-first", "--limit", "2"], [9, 8]), (["--after", "7"], [8, 9]),
        (["--newest-first", "--after", "3"], [2, 1]),
    ],
)  # fmt: skip
def test_notes_are_filtered(shell: Shell, words: list[str], seqs: list[int]) -> None:
    assert [note["seq"] for note in shell("notes", "PO100001", "--json", *words).json] == seqs


def test_a_category_or_event_type_that_nobody_knows(shell: Shell) -> None:
    assert all(category in shell("notes", "PO100001", "--category", "x", code=2).err for category in Category)
    for name in ("OrderLost", "shop.", "shop.Gift-Wrapped"):
        assert "no event type is called" in shell("notes", "PO100001", "--event-type", name, code=2).err


def test_detail_and_brief_exclude_one_another(shell: Shell) -> None:
    assert "exclude one another" in shell("notes", "PO100001", "--detail", "--brief", code=2).err


def test_all_notes_by_default_and_how_many_of_how_many(shell: Shell) -> None:
    with OrderTrail.open(shell.database) as trail:
        desk, order = trail.acting("anna", channel="Phone"), trail.order(number="PO100001")
        for number in range(600):
            desk.add_note(order.id, title=f"Note {number}")
    assert shell("notes", "PO100001").out.endswith("\n609 entries\n")
    said = shell("notes", "PO100001", "--brief", "--limit", "550")
    assert said.out.endswith("\n550 of 609 entries\n")
    assert said.err == "there are more: --after 550\n"


# Nothing is made by looking


@pytest.mark.parametrize(
    "words",
    [
        ["orders"], ["show", "PO1"], ["notes", "PO1"], ["verify"], ["verify", "PO1"], ["note", "history", "PO1", "1"],
        ["do", "PO1", "--help"], ["do", "PO1", "hold_order", "--reason", "x"], ["note", "add", "PO1", "--title", "x"],
    ],
)  # fmt: skip
def test_a_database_that_is_not_there_is_not_made(empty: Shell, tmp_path: Path, words: list[str]) -> None:
    said = empty(*words, code=1)
    assert said.err.startswith("error: there is no database file")
    assert "ordertrail init" in said.err
    assert list(tmp_path.iterdir()) == []


def test_nor_a_trail_in_a_file_that_holds_something_else(empty: Shell, tmp_path: Path) -> None:
    (tmp_path / "test.db").touch()
    assert "holds no trail" in empty("orders", code=1).err
    (tmp_path / "test.db").write_bytes(b"no database at all" * 100)
    assert empty("orders", code=1).err == "error: the file is no SQLite database\n"
