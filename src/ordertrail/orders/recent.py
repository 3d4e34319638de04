"""Orders that were decoded or written lately, so that who works on one need not decode it again and again."""

from ordertrail.orders.model import Order, canonical, decode_order

LARGEST = 65_536
"""Longer documents are not kept, so that the memory stays bounded."""


class RecentOrders:
    """A bounded memory of orders by their stored document: the text itself is the key, so it is never out of date.

    Orders are frozen, so that all callers, in whatever thread, may share them. Their collections are plain dicts,
    though, which a caller may have written into: an order that is no longer spelt as its document is decoded anew.
    """

    def __init__(self, most: int = 64) -> None:
        self._most = most
        self._orders: dict[str, Order] = {}

    def order(self, document: str) -> Order:
        """The order that a stored document holds."""
        kept = self._orders.get(document)
        # Encoding takes a quarter of the time of decoding.
        return kept if kept is not None and canonical(kept).decode() == document else decode_order(document)

    def keep(self, document: str, order: Order) -> None:
        """Remember an order with the document that was just stored for it."""
        if len(document) > LARGEST:
            return
        if len(self._orders) >= self._most:
            # All at once: keeping account of who was asked for when would cost more than it saves.
            self._orders.clear()
        self._orders[document] = order
