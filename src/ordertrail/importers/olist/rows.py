"""The files of the data set and their columns: each row typed, each value bounded."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta, field

Id = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9._-]{1,64}\Z", description="an id of at most 64 letters and digits")]
Number = Annotated[str, Meta(pattern=r"\A[1-9][0-9]{0,5}\Z", description="a whole number from 1")]
Score = Annotated[str, Meta(pattern=r"\A[1-5]\Z", description="a score from 1 to 5")]
Amount = Annotated[str, Meta(pattern=r"\A[0-9]{1,8}(\.[0-9]{1,2})?\Z", description="an amount such as 12.90")]
Time = Annotated[datetime, Meta(tz=False, description="a time such as 2017-07-09 21:57:05")]
Short = Annotated[str, Meta(max_length=120, description="a text of at most 120 characters")]
Long = Annotated[str, Meta(max_length=100_000, description="a text of at most 100,000 characters")]


class Row(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One row of a file: a field for each column that is used. An empty one is left to its default, or refused."""

    @property
    def facts(self) -> tuple[datetime, ...]:
        """The times at which something happened, as the clocks showed them there."""
        return ()


class OrderRow(Row, frozen=True, kw_only=True, gc=False):
    """An order, with what is known of its way; local times."""

    id: Id = field(name="order_id")
    customer: Id = field(name="customer_id")
    status: Id = field(name="order_status")
    purchased: Time = field(name="order_purchase_timestamp")
    approved: Time | None = field(name="order_approved_at", default=None)
    handed_over: Time | None = field(name="order_delivered_carrier_date", default=None)
    delivered: Time | None = field(name="order_delivered_customer_date", default=None)
    estimated: Time = field(name="order_estimated_delivery_date")

    @property
    def facts(self) -> tuple[datetime, ...]:
        """All that are known but the estimate, which is a promise."""
        times = (self.purchased, self.approved, self.handed_over, self.delivered)
        return tuple(time for time in times if time is not None)


class Item(Row, frozen=True, kw_only=True, gc=False):
    """One piece ordered."""

    order: Id = field(name="order_id")
    id: Number = field(name="order_item_id")
    product: Id = field(name="product_id")
    seller: Id = field(name="seller_id")
    limit: Time = field(name="shipping_limit_date")
    price: Amount
    freight: Amount = field(name="freight_value")


class Payment(Row, frozen=True, kw_only=True, gc=False):
    """One payment of an order."""

    order: Id = field(name="order_id")
    id: Number = field(name="payment_sequential")
    method: Id = field(name="payment_type")
    installments: Annotated[str, Meta(pattern=r"\A[0-9]{1,6}\Z", description="a whole number")] = field(
        name="payment_installments"
    )
    amount: Amount = field(name="payment_value")


class Review(Row, frozen=True, kw_only=True, gc=False):
    """What a customer answered when asked; local time."""

    order: Id = field(name="order_id")
    id: Id = field(name="review_id")
    score: Score = field(name="review_score")
    title: Short = field(name="review_comment_title", default="")
    message: Long = field(name="review_comment_message", default="")
    answered: Time = field(name="review_answer_timestamp")

    @property
    def facts(self) -> tuple[datetime, ...]:
        """When it was answered. When it was sent is the shop's, and a date."""
        return (self.answered,)


class Customer(Row, frozen=True, kw_only=True, gc=False):
    """Who ordered and where it goes: the files give each order a customer of its own, and each `person` one id."""

    id: Id = field(name="customer_id")
    person: Id = field(name="customer_unique_id")
    postal_code: Short | None = field(name="customer_zip_code_prefix", default=None)
    city: Short | None = field(name="customer_city", default=None)
    state: Short | None = field(name="customer_state", default=None)


class Product(Row, frozen=True, kw_only=True, gc=False):
    """What was sold: the files name no product, only its category, in Portuguese."""

    id: Id = field(name="product_id")
    category: Short | None = field(name="product_category_name", default=None)


class Translation(Row, frozen=True, kw_only=True, gc=False):
    """What a category is called in English."""

    category: Short = field(name="product_category_name")
    english: Short = field(name="product_category_name_english")


FILES: Mapping[type[Row], str] = {
    OrderRow: "olist_orders_dataset.csv",
    Customer: "olist_customers_dataset.csv",
    Item: "olist_order_items_dataset.csv",
    Payment: "olist_order_payments_dataset.csv",
    Review: "olist_order_reviews_dataset.csv",
    Product: "olist_products_dataset.csv",
    Translation: "product_category_name_translation.csv",
}
"""The files that are read. The sellers' is not: where a seller lives is no part of an order."""
