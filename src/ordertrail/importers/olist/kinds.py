"""The kinds of unevenness: where the files leave something out, contradict themselves or stray from the usual. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import chain
from types import MappingProxyType

from ordertrail.importers.olist.planning import under_way
from ordertrail.importers.olist.rows import Item, Payment, Review
from ordertrail.importers.olist.source import ZONE, Source, SourceOrder

Count = Callable[[Source], int]

WAYS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "created": frozenset({"---"}),
        "approved": frozenset({"a--"}),
        "processing": frozenset({"a--"}),
        "invoiced": frozenset({"a--"}),
        "unavailable": frozenset({"a--"}),
        "shipped": frozenset({"ac-"}),
        "delivered": frozenset({"acd", "ac-", "a--"}),
        "canceled": frozenset({"---", "a--", "ac-", "acd"}),
    }
)
"""Each status with which of its times are given: approved, handed to the carrier, delivered."""

OPEN = frozenset({"created", "approved", "processing", "invoiced"})
"""The statuses of orders that are under way when the files end."""


def count_kinds(source: Source) -> dict[str, int]:
    """How often each kind occurs; those that do not are left out."""
    counted = {name: count(source) for name, count in KINDS.items()}
    return {name: count for name, count in counted.items() if count}


def _orders(test: Callable[[SourceOrder], object]) -> Count:
    return lambda source: sum(bool(test(order)) for order in source.orders)


def _items(test: Callable[[Item, SourceOrder, Source], object]) -> Count:
    return lambda source: sum(bool(test(item, order, source)) for order in source.orders for item in order.items)


def _payments(test: Callable[[Payment], object]) -> Count:
    return lambda source: sum(bool(test(payment)) for order in source.orders for payment in order.payments)


def _reviews(test: Callable[[Review, SourceOrder], object]) -> Count:
    return lambda source: sum(bool(test(review, order)) for order in source.orders for review in order.reviews)


def _status(status: str, test: Callable[[SourceOrder], object]) -> Count:
    return _orders(lambda order: order.row.status == status and test(order))


def _earlier(first: datetime | None, second: datetime | None) -> bool:
    return first is not None and second is not None and first < second


def _out_of_order(order: SourceOrder) -> bool:
    row = order.row
    times = (row.purchased, row.approved, row.handed_over, row.delivered)
    return any(_earlier(later, earlier) for i, earlier in enumerate(times) for later in times[i + 1 :])


def _unusual(order: SourceOrder) -> bool:
    row = order.row
    times = (("a", row.approved), ("c", row.handed_over), ("d", row.delivered))
    way = "".join(letter if time else "-" for letter, time in times)
    return way not in WAYS.get(row.status, ())


def _with_shared_review(source: Source) -> int:
    times = Counter(review.id for order in source.orders for review in order.reviews)
    return sum(count for count in times.values() if count > 1)


def _ambiguous(source: Source) -> int:
    """Times that the clocks showed twice, when they were put back."""
    of_orders = ((order.row.estimated, *order.row.facts) for order in source.orders)
    of_reviews = (review.facts for order in source.orders for review in order.reviews)
    return sum(_fold(time, 0) > _fold(time, 1) for time in chain.from_iterable(chain(of_orders, of_reviews)))


def _fold(time: datetime, fold: int) -> float:
    return time.replace(tzinfo=ZONE, fold=fold).utcoffset().total_seconds()  # type: ignore[union-attr]


def _category(item: Item, source: Source) -> str | None:
    return source.products[item.product].category


KINDS: Mapping[str, Count] = MappingProxyType(
    {
        # Money
        "paid more than the total": _orders(lambda order: order.items and order.paid > order.total),
        "paid less than the total": _orders(lambda order: order.items and order.paid < order.total),
        "paid, but without items": _orders(lambda order: not order.items and order.paid),
        "neither items nor money": _orders(lambda order: not order.items and not order.paid),
        "payments of 0.00": _payments(lambda payment: not Decimal(payment.amount)),
        "payments by an unknown method": _payments(lambda payment: payment.method == "not_defined"),
        "several payments": _orders(lambda order: len(order.payments) > 1),
        "payments not numbered from 1": _orders(
            lambda order: [int(payment.id) for payment in order.payments] != list(range(1, len(order.payments) + 1))
        ),
        # Times
        "times out of order": _orders(_out_of_order),
        "handed over before approved": _orders(lambda order: _earlier(order.row.handed_over, order.row.approved)),
        "handed over before the purchase": _orders(lambda order: _earlier(order.row.handed_over, order.row.purchased)),
        "delivered before approved": _orders(lambda order: _earlier(order.row.delivered, order.row.approved)),
        "delivered before handed over": _orders(lambda order: _earlier(order.row.delivered, order.row.handed_over)),
        "estimate before approved": _orders(lambda order: _earlier(order.row.estimated, order.row.approved)),
        "estimate before handed over": _orders(lambda order: _earlier(order.row.estimated, order.row.handed_over)),
        "times that the clocks showed twice": _ambiguous,
        # Statuses
        "not approved": _orders(lambda order: order.row.approved is None),
        "canceled before the handover, no time": _status("canceled", lambda order: not under_way(order)),
        "canceled before the handover, paid": _status(
            "canceled", lambda order: not under_way(order) and order.row.approved and order.paid
        ),
        "canceled after the handover": _status("canceled", under_way),
        "canceled after the delivery": _status("canceled", lambda order: order.row.delivered),
        "delivered, no time": _status("delivered", lambda order: order.row.handed_over and not order.row.delivered),
        "delivered, no handover": _status("delivered", lambda order: not order.row.handed_over),
        "shipped without items": _orders(lambda order: under_way(order) and not order.items),
        "unavailable": _orders(lambda order: order.row.status == "unavailable"),
        "open when the files end": _orders(lambda order: order.row.status in OPEN),
        "another status, or other times than usual with it": _orders(_unusual),
        # Items
        "several sellers": _orders(lambda order: len(order.sellers) > 1),
        "items with freight of 0.00": _items(lambda item, *_: not Decimal(item.freight)),
        "items without a category": _items(lambda item, _, source: _category(item, source) is None),
        "items of a category without translation": _items(
            lambda item, _, source: _category(item, source) not in (None, *source.english)
        ),
        "items to be shipped before approved": _items(lambda item, order, _: _earlier(item.limit, order.row.approved)),
        "items to be shipped after the estimate": _items(lambda item, order, _: item.limit > order.row.estimated),
        # Reviews
        "several reviews": _orders(lambda order: len(order.reviews) > 1),
        "reviews on several orders": _with_shared_review,
        "reviews without text": _reviews(lambda review, _: not (review.title + review.message).strip()),
        "reviews answered before the purchase": _reviews(lambda review, order: review.answered < order.row.purchased),
        "reviews answered before another fact": _reviews(
            lambda review, order: order.row.purchased <= review.answered < max(order.row.facts)
        ),
    }
)
"""The kinds by name. Those that begin with items, payments, reviews or times count these; the others count orders."""
