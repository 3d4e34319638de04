"""The simulated shop: its trail, its clock, everyone's desk."""

from collections.abc import Callable
from random import Random

from ordertrail.demo.clock import END, START, Agenda, Clock
from ordertrail.demo.goods import WAREHOUSES, Market, Warehouse
from ordertrail.demo.people import ADDRESS_FIXER, APPS, JOBS, SERVICE
from ordertrail.desk import Desk, Sources
from ordertrail.ids import uuid7_of
from ordertrail.notes.events import Category, EventType
from ordertrail.notes.model import Actor, ActorKind
from ordertrail.trail import OrderTrail

ORDER_MANAGEMENT = "Order Management"

EVENT_TYPES = (
    EventType(
        name="shop.GiftWrapped",
        category=Category.SHIPMENT,
        about="shipment",
        sentence="Wrapped as a gift in {paper} paper",
        recorded_when="the packing desk has wrapped a parcel as a gift",
        icon="gift",
    ),
    EventType(
        name="shop.ReviewReceived",
        category=Category.OTHER,
        about="order",
        sentence="The customer gave {stars} of 5 stars",
        recorded_when="a review comes in",
        icon="star",
        personal=("detail",),
    ),
)
"""The event types that this shop has of its own."""

_WAREHOUSES = {warehouse.name: warehouse for warehouse in WAREHOUSES}


class Shop:
    """What all orders of the simulation share. Each order draws from a random source of its own."""

    def __init__(self, database: str, seed: int) -> None:
        self.seed, self.placed = seed, 0
        self.clock = Clock(START)
        self.agenda = Agenda(self.clock)
        self._ids, self._salts = self.random("ids"), self.random("salts")
        self._desks: dict[tuple[str, str], Desk] = {}
        # Lost with the power is at worst the end of a history that can be made again.
        self.trail = OrderTrail.open(database, durability="normal", event_types=EVENT_TYPES, sources=self._sources())

    def _sources(self) -> Sources:
        # Salts that a seed gives keep no secret: right for people who do not exist, and for nobody else.
        return Sources(clock=self.clock, new_id=self._new_id, salt=lambda: self._salts.randbytes(16))

    def _new_id(self) -> str:
        return uuid7_of(int(self.clock.now.timestamp() * 1000), self._ids.randbytes(10))

    def random(self, purpose: str) -> Random:
        """A random source for one purpose, the same for the same seed."""
        return Random(f"{self.seed}/{purpose}")

    def run(self, progress: Callable[[int], None]) -> None:
        """Let everything happen until the period ends; `progress` hears how many orders have been placed."""
        told = 0

        def turn() -> None:
            nonlocal told
            if told != self.placed:
                told = self.placed
                progress(told)

        self.agenda.run(END, turn)

    # Who acts

    def desk(self, actor: Actor, channel: str) -> Desk:
        """The desk of an actor in a channel."""
        key = (actor.id, channel)
        if key not in self._desks:
            self._desks[key] = self.trail.acting(actor, channel=channel)
        return self._desks[key]

    def user(self, person: tuple[str, str], channel: str = ORDER_MANAGEMENT) -> Desk:
        """The desk of somebody who works here."""
        return self.desk(Actor(id=person[0], label=person[1]), channel)

    def service(self, market: Market, random: Random, channel: str = ORDER_MANAGEMENT) -> Desk:
        """The desk of somebody in the customer service of a market's region."""
        return self.user(random.choice(SERVICE[market.office]), channel)

    def address_fixer(self, market: Market, random: Random) -> Desk:
        """The desk of who puts addresses right: nearly always the same person."""
        return self.user(ADDRESS_FIXER) if random.random() < 0.8 else self.service(market, random)

    def app(self, name: str, on_behalf_of: str | None = None) -> Desk:
        """The desk of another's program, perhaps on somebody's behalf."""
        who, label, channel = APPS[name]
        actor = Actor(kind=ActorKind.APP, id=who, label=label, on_behalf_of=on_behalf_of)
        return self.desk(actor, channel) if on_behalf_of is None else self.trail.acting(actor, channel=channel)

    def job(self, name: str) -> Desk:
        """The desk of one of the shop's own jobs."""
        who, label = JOBS[name]
        return self.desk(Actor(kind=ActorKind.SYSTEM, id=who, label=label), "Jobs")

    def warehouse(self, name: str | None) -> Warehouse:
        """A warehouse by its name."""
        return _WAREHOUSES[name or WAREHOUSES[0].name]

    def worker(self, warehouse: Warehouse, random: Random) -> Desk:
        """The desk of somebody in a warehouse, who scans."""
        return self.user(random.choice(warehouse.workers), f"Warehouse {warehouse.name}")
