"""The files of the Olist data set: where the real ones lie, and made-up ones of the same columns."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ordertrail.importers.olist.source import Source

REAL = Path(__file__).parents[2] / "shared" / "data" / "olist"
"""The real orders, where they lie beside the project; they are no part of it."""

NOW = datetime(2020, 1, 1, tzinfo=UTC)

COLUMNS = {
    "olist_orders_dataset": "order_id customer_id order_status order_purchase_timestamp order_approved_at "
    "order_delivered_carrier_date order_delivered_customer_date order_estimated_delivery_date",
    "olist_customers_dataset": "customer_id customer_unique_id customer_zip_code_prefix customer_city customer_state",
    "olist_order_items_dataset": "order_id order_item_id product_id seller_id shipping_limit_date price freight_value",
    "olist_order_payments_dataset": "order_id payment_sequential payment_type payment_installments payment_value",
    "olist_order_reviews_dataset": "review_id order_id review_score review_comment_title review_comment_message "
    "review_creation_date review_answer_timestamp",
    "olist_products_dataset": "product_id product_category_name product_name_lenght",
    "product_category_name_translation": "product_category_name product_category_name_english",
}

P, A, C, D, E = "2018-01-02 10:00:00", "2018-01-03 10:00:00", "2018-01-05 10:00:00", "2018-01-09 10:00:00", "2018-01-20"
"""When an order is usually purchased, approved, handed to the carrier, delivered, and was estimated to be."""

LIMIT = "2018-01-06 12:00:00"

Items = Sequence[tuple[str, str, str, str]]
"""Product, seller, price and freight of each item."""


@dataclass
class Files:
    """Made-up files: rows by the name of the file, without its ending."""

    rows: dict[str, list[list[str]]] = field(default_factory=lambda: {name: [] for name in COLUMNS})

    def __post_init__(self) -> None:
        """Three products: of a translated category, of an untranslated one, of none."""
        self.rows["olist_products_dataset"] += [
            ["tent", "barracas", "40"],
            ["gift", "presentes", ""],
            ["thing", "", ""],
        ]
        self.rows["product_category_name_translation"] += [["barracas", "tents"]]

    def order(
        self,
        key: str,
        status: str = "delivered",
        *,
        p: str = P,
        a: str = A,
        c: str = C,
        d: str = D,
        e: str = E,
        items: Items = (("tent", "seller-1", "100.0", "12.34"),),
        payments: Sequence[tuple[str, str]] = (("credit_card", "112.34"),),
        reviews: Sequence[tuple[str, str, str, str]] = (),
        person: str = "",
        limit: str = LIMIT,
        numbers: Sequence[str] = (),
        installments: str = "1",
    ) -> "Files":
        """One order more: payments by method and amount, reviews by score, title, message and time."""
        estimated = f"{e} 00:00:00"
        self.rows["olist_orders_dataset"].append([key, f"c-{key}", status, p, a, c, d, estimated])
        self.rows["olist_customers_dataset"].append([f"c-{key}", person or f"p-{key}", "01234", "são paulo", "SP"])
        for number, (product, seller, price, freight) in enumerate(items, 1):
            row = [key, str(number), product, seller, limit, price, freight]
            self.rows["olist_order_items_dataset"].append(row)
        for place, (method, amount) in enumerate(payments):
            sequential = numbers[place] if numbers else str(place + 1)
            self.rows["olist_order_payments_dataset"].append([key, sequential, method, installments, amount])
        for place, (score, title, message, answered) in enumerate(reviews):
            row = [f"r-{key}-{place}", key, score, title, message, "2018-01-10 00:00:00", answered]
            self.rows["olist_order_reviews_dataset"].append(row)
        return self

    def write(self, directory: Path) -> Path:
        """Write them into the directory."""
        directory.mkdir(parents=True, exist_ok=True)
        for name, rows in self.rows.items():
            with (directory / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([COLUMNS[name].split(), *rows])
        return directory

    def read(self, directory: Path) -> "Source":
        """What the importer reads of them."""
        from ordertrail.importers.olist.source import read

        return read(self.write(directory), NOW)


def uneven() -> Files:
    """One order of each kind of unevenness, and regular ones."""
    two = [
        ("tent", "seller-1", "100.00", "12.34"),
        ("gift", "seller-2", "10", "0.00"),
        ("thing", "seller-1", "5.5", "1"),
    ]
    long_ago = "2017-06-01 10:00:00"
    files = Files()
    files.order("regular", reviews=[("5", "Ótimo", "chegou\r\nbem 🎁 ", "2018-01-11 08:00:00")], installments="3")
    files.order("shipped", "shipped", d="")
    files.order("sellers", items=two, payments=[("credit_card", "100.00"), ("voucher", "28.84")])
    files.order("more", payments=[("boleto", "112.35")])
    files.order("less", payments=[("debit_card", "112.33")])
    files.order("no-items", "unavailable", c="", d="", items=(), payments=[("boleto", "10"), ("voucher", "5.00")])
    files.order("nothing", "canceled", a="", c="", d="", items=(), payments=[("not_defined", "0.00")])
    files.order("sent-unknown", "shipped", d="", items=())
    files.order("unavailable", "unavailable", c="", d="", items=two, payments=[("boleto", "128.84")])
    files.order("numbered", numbers=["2"])
    files.order("paid-late", a="2018-01-06 10:00:00")
    files.order("sent-first", c="2018-01-01 10:00:00")
    files.order("arrived-first", d="2018-01-04 10:00:00")
    files.order("arrived-unpaid", a="2018-01-12 10:00:00")
    files.order("lost", "lost", c="", d="")
    files.order("unapproved", "created", a="", c="", d="")
    files.order("canceled-paid", "canceled", c="", d="")
    files.order("canceled-unpaid", "canceled", a="", c="", d="")
    files.order("canceled-sent", "canceled", d="")
    files.order("canceled-arrived", "canceled")
    files.order("arrived-sometime", d="")
    files.order("arrived-somehow", c="", d="")
    files.order("processing", "processing", c="", d="", e="2018-01-02")
    files.order("invoiced", "invoiced", c="", d="", limit="2018-01-02 12:00:00")
    files.order("late", e="2018-01-04", limit="2018-01-06 12:00:00")
    files.order(
        "twice", p="2018-02-17 23:30:00", a="2018-02-18 10:00:00", c="2018-02-20 10:00:00", d="2018-02-22 10:00:00"
    )
    early = [
        ("1", "", "", long_ago),
        ("3", " ", "so so", "2018-01-08 10:00:00"),
        ("4", "good", "", "2018-02-01 10:00:00"),
    ]
    files.order("reviewed", reviews=early, person="p-regular")
    files.rows["olist_order_reviews_dataset"][-1][0] = "r-regular-0"
    return files
