"""Orders kept for a while are those of their documents, whatever a caller does to them."""

from ordertrail.orders.model import canonical, replaced
from ordertrail.orders.recent import LARGEST, RecentOrders
from tests.unit.orders.builders import placed


def test_a_kept_order_is_given_again() -> None:
    recent, order = RecentOrders(), placed()
    document = canonical(order).decode()
    recent.keep(document, order)
    assert recent.order(document) is order


def test_one_that_was_never_kept_is_decoded() -> None:
    order = placed()
    assert RecentOrders().order(canonical(order).decode()) == order


def test_one_that_somebody_wrote_into_is_decoded_anew() -> None:
    recent, order = RecentOrders(), placed()
    document = canonical(order).decode()
    recent.keep(document, order)
    order.attributes["gift"] = "yes"
    assert recent.order(document) == placed()


def test_the_memory_is_bounded() -> None:
    recent = RecentOrders(most=2)
    orders = [replaced(placed(), number=f"PO{number}") for number in range(3)]
    for order in orders:
        recent.keep(canonical(order).decode(), order)
    assert recent.order(canonical(orders[0]).decode()) is not orders[0]
    assert recent.order(canonical(orders[2]).decode()) is orders[2]


def test_a_long_document_is_not_kept() -> None:
    order = placed(customer_comment="x" * 10_000, attributes={f"a{number}": "y" * 10_000 for number in range(6)})
    recent, document = RecentOrders(), canonical(order).decode()
    assert len(document) > LARGEST
    recent.keep(document, order)
    assert recent.order(document) is not order
    assert recent.order(document) == order
