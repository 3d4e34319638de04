"""Reading the data set: what belongs together, and what is refused, with its file and line."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ordertrail.errors import InvalidSource
from ordertrail.importers.olist.source import read, utc
from tests.olist_files import COLUMNS, NOW, Files, uneven

ORDERS, ITEMS, PAYMENTS, REVIEWS = (
    f"olist_{name}_dataset" for name in ("orders", "order_items", "order_payments", "order_reviews")
)


def refused(directory: Path) -> InvalidSource:
    """What reading the directory raises."""
    with pytest.raises(InvalidSource) as caught:
        read(directory, NOW)
    return caught.value


def test_what_belongs_to_an_order_is_found_in_all_files(tmp_path: Path) -> None:
    items = [("tent", "seller-2", "100.0", "12.34"), ("thing", "seller-1", "5", "0")]
    files = Files().order("o1", items=items, payments=[("voucher", "17.34"), ("boleto", "100")])
    for name in (ITEMS, PAYMENTS):
        files.rows[name].reverse()
    (order,) = files.read(tmp_path).orders
    assert (order.row.id, order.customer.person, order.customer.postal_code) == ("o1", "p-o1", "01234")
    assert [item.id for item in order.items] == ["1", "2"]
    assert order.sellers == ["seller-2", "seller-1"]
    assert [payment.method for payment in order.payments] == ["voucher", "boleto"]
    assert (order.total, order.paid) == (Decimal("117.34"), Decimal("117.34"))


def test_numbers_are_sorted_as_numbers(tmp_path: Path) -> None:
    files = Files().order("o1", payments=[("voucher", "1.00")] * 3, numbers=["10", "9", "2"])
    (order,) = files.read(tmp_path).orders
    assert [payment.id for payment in order.payments] == ["2", "9", "10"]


def test_orders_come_by_the_time_of_purchase_then_by_id(tmp_path: Path) -> None:
    files = Files().order("b").order("c", p="2018-01-01 10:00:00").order("a")
    assert [order.row.id for order in files.read(tmp_path).orders] == ["c", "a", "b"]


def test_reviews_come_by_their_time(tmp_path: Path) -> None:
    answered = [("5", "", "later", "2018-02-01 10:00:00"), ("1", "", "sooner", "2018-01-20 10:00:00")]
    (order,) = Files().order("o1", reviews=answered).read(tmp_path).orders
    assert [review.message for review in order.reviews] == ["sooner", "later"]


def test_texts_come_as_they_are(tmp_path: Path) -> None:
    text = ' "tudo", bem\r\n🎁 e\u0301; DROP TABLE orders;\n '
    (order,) = Files().order("o1", reviews=[("5", text[:9], text, "2018-02-01 10:00:00")]).read(tmp_path).orders
    assert (order.reviews[0].title, order.reviews[0].message) == (text[:9], text)


def test_times_are_those_of_sao_paulo() -> None:
    assert utc(datetime.fromisoformat("2018-07-01 12:00:00")) == datetime(2018, 7, 1, 15, tzinfo=UTC)
    assert utc(datetime.fromisoformat("2018-01-01 12:00:00")) == datetime(2018, 1, 1, 14, tzinfo=UTC)
    # At the end of 17 February 2018 the clocks were put back by an hour: the first of the two half past eleven.
    assert utc(datetime.fromisoformat("2018-02-17 23:30:00")) == datetime(2018, 2, 18, 1, 30, tzinfo=UTC)


def test_the_newest_time_is_that_of_a_fact(tmp_path: Path) -> None:
    files = Files().order("o1", e="2019-05-01", limit="2019-06-01 10:00:00")
    assert files.read(tmp_path).newest == utc(datetime.fromisoformat("2018-01-09 10:00:00"))
    files.order("o2", reviews=[("5", "", "", "2018-03-01 10:00:00")])
    assert files.read(tmp_path).newest == utc(datetime.fromisoformat("2018-03-01 10:00:00"))


def test_files_without_an_order_are_read(tmp_path: Path) -> None:
    assert Files().read(tmp_path).orders == ()


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    uneven().write(tmp_path)
    path = tmp_path / f"{ORDERS}.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read(tmp_path, NOW).orders) == len(uneven().rows[ORDERS])


@pytest.mark.parametrize("name", COLUMNS)
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    (uneven().write(tmp_path) / f"{name}.csv").unlink()
    error = refused(tmp_path)
    assert (error.file, error.line) == (f"{name}.csv", None)
    assert str(tmp_path) in str(error)


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    assert str(tmp_path / "no" / "where") in str(refused(tmp_path / "no" / "where"))


def test_a_directory_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    path = uneven().write(tmp_path) / f"{ORDERS}.csv"
    path.unlink()
    path.mkdir()
    assert refused(tmp_path).file == path.name


@pytest.mark.parametrize("name", COLUMNS)
def test_a_missing_column_is_named(name: str, tmp_path: Path) -> None:
    path = uneven().write(tmp_path) / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    column = COLUMNS[name].split()[0]
    path.write_text(text.replace(column, "other", 1), encoding="utf-8")
    error = refused(tmp_path)
    assert (error.file, error.line) == (path.name, 1)
    assert column in str(error)


def test_an_empty_file_lacks_its_columns(tmp_path: Path) -> None:
    path = uneven().write(tmp_path) / f"{ORDERS}.csv"
    path.write_text("")
    assert refused(tmp_path).line == 1


@pytest.mark.parametrize(
    ("name", "column", "value", "wanted"),
    [
        (ORDERS, "order_id", "a b", "an id"),
        (ORDERS, "order_id", "", "empty; it should be an id"),
        (ORDERS, "order_purchase_timestamp", "", "empty; it should be a time such as"),
        (ORDERS, "order_purchase_timestamp", "2018-02-30 10:00:00", "a time such as"),
        (ORDERS, "order_approved_at", "yesterday", "'yesterday'; it should be a time such as"),
        (ORDERS, "order_approved_at", "2018-01-03 10:00:00Z", "a time such as"),
        (ORDERS, "order_delivered_carrier_date", "0001-01-01 00:00:00", "from 1970"),
        (ORDERS, "order_delivered_customer_date", "2020-01-01 10:00:00", "lies in the future"),
        (ORDERS, "order_estimated_delivery_date", "9999-12-31 23:59:59", "to 2199"),
        (ORDERS, "order_estimated_delivery_date", "", "a time such as"),
        (ORDERS, "customer_id", "nobody", "customer 'nobody'"),
        (ORDERS, "order_status", "", "order_status is empty"),
        (ITEMS, "order_id", "none", "order 'none'"),
        (ITEMS, "product_id", "none", "product 'none'"),
        (ITEMS, "order_item_id", "0", "a whole number from 1"),
        (ITEMS, "price", "12,90", "'12,90'; it should be an amount such as 12.90"),
        (ITEMS, "price", "-1.00", "an amount"),
        (ITEMS, "price", "NaN", "an amount"),
        (ITEMS, "price", "1e3", "an amount"),
        (ITEMS, "price", "1.005", "an amount"),
        (ITEMS, "freight_value", "", "freight_value is empty; it should be an amount"),
        (ITEMS, "seller_id", "a\0b", "NUL"),
        (PAYMENTS, "order_id", "none", "order 'none'"),
        (PAYMENTS, "payment_value", "1000000000", "an amount"),
        (PAYMENTS, "payment_installments", "x", "a whole number"),
        (REVIEWS, "order_id", "none", "order 'none'"),
        (REVIEWS, "review_score", "6", "a score from 1 to 5"),
        (REVIEWS, "review_comment_title", "x" * 121, "at most 120 characters"),
        (REVIEWS, "review_comment_message", "x" * 100_001, "at most 100,000 characters"),
        (REVIEWS, "review_comment_message", "x" * 200_000, "this is no CSV"),
        (REVIEWS, "review_answer_timestamp", "2021-01-01 10:00:00", "lies in the future"),
    ],
)
def test_a_bad_value_is_named_with_file_and_line(
    name: str, column: str, value: str, wanted: str, tmp_path: Path
) -> None:
    answers = [("5", "", "one\r\ntwo", "2018-02-01 10:00:00"), ("4", "", "", "2018-02-02 10:00:00")]
    files = Files().order("o1", reviews=answers).order("o2", reviews=answers)
    place = COLUMNS[name].split().index(column)
    files.rows[name][-1][place] = value
    error = refused(files.write(tmp_path))
    # The texts of two reviews before the last one take two lines each.
    assert (error.file, error.line) == (f"{name}.csv", 7 if name == REVIEWS else 3)
    assert wanted in str(error)
    assert str(error).startswith(f"{name}.csv, line ")
    assert len(str(error)) < 300


@pytest.mark.parametrize(
    ("name", "key"),
    [(ORDERS, "o2"), (ITEMS, "1"), (PAYMENTS, "1"), ("olist_customers_dataset", "c-o2")],
)
def test_what_is_there_twice_is_refused(name: str, key: str, tmp_path: Path) -> None:
    files = Files().order("o1").order("o2")
    files.rows[name].append(files.rows[name][-1])
    error = refused(files.write(tmp_path))
    assert (error.file, error.line) == (f"{name}.csv", 4)
    assert f"{key} is there twice" in str(error)


def test_a_line_with_too_few_columns_is_refused(tmp_path: Path) -> None:
    files = Files().order("o1")
    files.rows[PAYMENTS][-1].pop()
    error = refused(files.write(tmp_path))
    assert (error.line, "4 columns" in str(error)) == (2, True)


def test_a_quote_that_is_not_closed_is_refused(tmp_path: Path) -> None:
    path = Files().order("o1").write(tmp_path) / f"{REVIEWS}.csv"
    with path.open("a") as file:
        file.write('r1,o1,5,"never closed,2018\n')
    error = refused(tmp_path)
    assert (error.file, error.line) == (path.name, 2)


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    path = Files().order("o1").order("o2").write(tmp_path) / "olist_customers_dataset.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1"))
    error = refused(tmp_path)
    assert (error.file, error.line) == (path.name, 2)
    assert "UTF-8" in str(error)
