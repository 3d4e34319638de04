"""One order on its way through the simulated shop: who acts on it, and how long things take."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from ordertrail.demo.clock import Hours, worked
from ordertrail.demo.drafts import MARKETPLACE, METHOD, Draft, Wish, draft
from ordertrail.demo.goods import OFFICES, Market, Method, Warehouse
from ordertrail.demo.people import MANAGER
from ordertrail.demo.shop import Shop
from ordertrail.desk import Desk
from ordertrail.orders.model import Order, Shipment, natural, replaced
from ordertrail.orders.statuses import ShipmentStatus
from ordertrail.reading import RecordedOrder


def minutes(number: float) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=number)


def hours(number: float) -> timedelta:
    """So many hours."""
    return timedelta(hours=number)


def days(number: float) -> timedelta:
    """So many days."""
    return timedelta(days=number)


class Case:
    """An order, and what its story needs to go on with it."""

    order: Order

    def __init__(self, shop: Shop, market: Market, random: Random) -> None:
        self.shop, self.market, self.random = shop, market, random
        self.csr = shop.service(market, random)

    # Placing

    def place(self, wish: Wish, hold: str | None) -> None:
        """Place an order as wished, through the channel that it comes in by; perhaps held at once."""
        self.draft: Draft = draft(self.market, self.now, self.random, wish)
        self.order = self._placing().place_order(replaced(self.draft.new, hold=hold))
        self.shop.placed += 1

    def _placing(self) -> Desk:
        buyer, channel = self.draft.buyer, self.draft.channel
        if channel == MARKETPLACE:
            return self.shop.app("marketplace", on_behalf_of=buyer.actor.id)
        if channel == "Phone":
            return self.shop.service(self.market, self.random, "Phone")
        return self.customer

    def another(self, order_id: str) -> "Case":
        """The case of another order that this one has led to."""
        case = Case(self.shop, self.market, self.random)
        case.draft, case.csr = self.draft, self.csr
        case.order = self.shop.trail.order(order_id)
        return case

    # Acting

    def do(self, operation: Callable[..., RecordedOrder], **arguments: Any) -> None:
        """Perform a desk's operation on the order."""
        self.order = operation(self.order.id, **arguments)

    def noted(self, desk: Desk, title: str, detail: str = "", **more: Any) -> int:
        """Add a note; its seq."""
        order = desk.add_note(self.order.id, title=title, detail=detail, **more)
        self.order = order
        seq: int = order.version
        return seq

    def refresh(self) -> None:
        """See what an operation on another order has done to this one."""
        self.order = self.shop.trail.order(self.order.id)

    @property
    def customer(self) -> Desk:
        """The customer's own desk, in the web shop."""
        return self.shop.desk(self.draft.buyer.actor, "Web shop")

    @property
    def fixer(self) -> Desk:
        """Who puts this order's addresses right."""
        return self.shop.address_fixer(self.market, self.random)

    @property
    def manager(self) -> Desk:
        """The order manager."""
        return self.shop.user(MANAGER)

    def worker(self, shipment: str) -> Desk:
        """Somebody in the warehouse that a shipment leaves from."""
        return self.shop.worker(self.warehouse(shipment), self.random)

    # Looking

    @property
    def now(self) -> datetime:
        """The simulated moment."""
        return self.shop.clock.now

    @property
    def lines(self) -> list[str]:
        """The ids of the line items."""
        return natural(self.order.line_items)

    @property
    def open_shipments(self) -> list[str]:
        """The ids of the shipments that are neither shipped nor cancelled."""
        return [key for key in natural(self.order.shipments) if self.order.shipments[key].status.open]

    def shipped(self) -> list[str]:
        """The ids of the shipments that have left."""
        return [k for k in natural(self.order.shipments) if self.shipment(k).status is ShipmentStatus.SHIPPED]

    def shipment(self, key: str) -> Shipment:
        """A shipment."""
        return self.order.shipments[key]

    def method(self, shipment: str) -> Method:
        """How a shipment goes."""
        return METHOD[self.shipment(shipment).method]

    def warehouse(self, shipment: str) -> Warehouse:
        """Where a shipment leaves from."""
        return self.shop.warehouse(self.shipment(shipment).warehouse)

    def part_of(self, amount: Decimal, percent: int) -> Decimal:
        """So many per cent of an amount, in steps of the market's prices; one step at least."""
        return max(amount * percent / 100 // self.market.step, Decimal(1)) * self.market.step

    def chance(self, probability: float) -> bool:
        """Whether something of this probability happens."""
        return self.random.random() < probability

    # Waiting

    def after(self, usual: timedelta, spread: float = 0.5) -> datetime:
        """When something is done that takes `usual` at the median, by day and night."""
        return self.now + self._taking(usual, spread)

    def worked(self, usual: timedelta, when: Hours, spread: float = 0.5) -> datetime:
        """When work is done that takes `usual` at the median, in opening hours only."""
        return worked(self.now, self._taking(usual, spread), when)

    def served(self, usual: timedelta, spread: float = 0.6) -> datetime:
        """When the region's customer service has done something."""
        return self.worked(usual, OFFICES[self.market.office], spread)

    def in_warehouse(self, shipment: str, usual: timedelta, spread: float = 0.5) -> datetime:
        """When the warehouse of a shipment has done something, at its own pace."""
        warehouse = self.warehouse(shipment)
        return self.worked(usual * warehouse.pace, warehouse.hours, spread)

    def _taking(self, usual: timedelta, spread: float) -> timedelta:
        # Whole milliseconds, so that the last bits of floating-point arithmetic decide nothing.
        return timedelta(milliseconds=round(usual / timedelta(milliseconds=1) * self.random.lognormvariate(0, spread)))
