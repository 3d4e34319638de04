"""An operation on two orders, while somebody else changes the second one: nothing of theirs is lost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from ordertrail import OrderTrail
from ordertrail.store.base import StoredOrder, Transaction
from tests import checker, scenarios


class Meddled:
    """A transaction in which somebody else changes an order right after it was read."""

    def __init__(self, transaction: Transaction, order_id: str, meddle: Callable[[], None]) -> None:
        self._transaction, self._order_id, self._meddle = transaction, order_id, meddle

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transaction, name)

    def load(self, order_id: str) -> StoredOrder | None:
        found = self._transaction.load(order_id)
        if order_id == self._order_id:
            self._meddle()
        return found


def test_what_others_do_to_the_second_order_meanwhile_stays(postgres_url: str) -> None:
    with OrderTrail.open(postgres_url) as trail:
        other = trail.acting("bert", channel="Web shop")
        exchange = scenarios.awaiting_exchange(other)
        original = str(trail.order(exchange).exchange_for)
        (return_id,) = [key for key, ret in trail.order(original).returns.items() if ret.exchange_order == exchange]
        announced = trail.order(original).returns[return_id].items
        came = {line: {"quantity": item.quantity} for line, item in announced.items()}
        other.receive_return_items(original, return_id=return_id, items=came)
        meddled: list[str] = []

        def meddle() -> None:
            if not meddled:
                meddled.append("once")
                other.add_payment(exchange, amount=Decimal("1.00"), method="Cheque", overpayment=True)

        with _meddling(trail, exchange, meddle):
            trail.acting("anna", channel="Order Management").complete_return(original, return_id=return_id)
        assert meddled
        assert [p.amount for p in trail.order(exchange).payments.values() if p.method == "Cheque"] == [Decimal("1.00")]
        assert trail.order(exchange).status == "InProgress"
        assert not checker.all_findings(trail)


@contextmanager
def _meddling(trail: OrderTrail, order_id: str, meddle: Callable[[], None]) -> Iterator[None]:
    store: Any = trail.store
    writing = store.writing

    @contextmanager
    def meddled() -> Iterator[Any]:
        with writing() as transaction:
            yield Meddled(transaction, order_id, meddle)

    store.writing = meddled
    try:
        yield
    finally:
        del store.writing
