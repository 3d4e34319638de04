"""The stories of the simulated shop's orders, and how often each of them is told."""

from collections.abc import Callable, Iterator
from random import Random

import msgspec

from ordertrail.demo import afterwards, changing, returning, shipping
from ordertrail.demo.case import Case, days, hours, minutes
from ordertrail.demo.clock import Story, together
from ordertrail.demo.drafts import Wish
from ordertrail.demo.goods import OFFICES
from ordertrail.demo.paying import paid, settled, topped_up
from ordertrail.demo.talking import TALK, called_and_edited, reviewed, told
from ordertrail.demo.texts import CANCELLED_WHY
from ordertrail.orders.model import natural, replaced
from ordertrail.orders.operations.payments import authorizations

Telling = Callable[[Case], Story]

CHANNELS = ("Web shop", "Bazaar market place", "Phone")


class Plot(msgspec.Struct, frozen=True, kw_only=True):
    """A story, how many orders in a hundred it is told of, and what it wishes of them.

    `hold` is why the order is held from the beginning; of a `quiet` one nothing else is told.
    """

    story: Telling
    weight: int
    wish: Wish = Wish()
    hold: str | None = None
    quiet: bool = False


def told_of(case: Case, plot: Plot) -> Story:
    """The whole story of an order: it is placed, and goes on while people talk about it."""
    channel = plot.wish.channel or case.random.choices(CHANNELS, (78, 14, 8))[0]
    if channel == "Phone":
        yield case.served(minutes(10))
    case.place(replaced(plot.wish, channel=channel), hold=plot.hold)
    talk = [] if plot.quiet else [story(case) for story, percent in TALK if case.chance(percent / 100)]
    yield from together(plot.story(case), *talk)


def finished(case: Case) -> Story:
    """The ordinary end: all parcels leave and arrive, and the money is settled."""
    yield from shipping.shipped(case)
    yield from settled(case)
    if case.draft.channel == "Web shop" and case.chance(0.15):
        yield from reviewed(case)


def after_changes(*changes: Telling) -> Telling:
    """Paid, changed, and finished."""

    def story(case: Case) -> Story:
        if not (yield from paid(case)):
            return
        for change in changes:
            yield from change(case)
        yield from topped_up(case)
        yield from finished(case)

    return story


def with_first_parcel(trouble: Callable[[Case, str], Story]) -> Telling:
    """A change that befalls the first parcel."""

    def story(case: Case) -> Story:
        yield from trouble(case, case.open_shipments[0])

    return story


def and_then(*events: Telling) -> Telling:
    """Paid, finished, and something more after that."""

    def story(case: Case) -> Story:
        if not (yield from paid(case)):
            return
        yield from finished(case)
        for event in events:
            yield from event(case)

    return story


def edited(case: Case) -> Story:
    """The customer calls and changes two or three things."""
    if not (yield from paid(case)):
        return
    for change in case.random.sample(changing.CHANGES, case.random.randint(2, 3)):
        yield from change(case)
    yield from topped_up(case)
    yield from finished(case)


def waiting(case: Case) -> Story:
    """A parcel waits for goods, and another date is promised."""
    if not (yield from paid(case)):
        return
    if case.chance(0.6):
        yield from shipping.postponed(case, "1")
    yield from finished(case)


def cancelled(case: Case) -> Story:
    """The customer changes their mind before anything has left."""
    if not (yield from paid(case)):
        return
    yield case.after(hours(3))
    if case.chance(0.3):
        case.do(case.shop.job("release").release_shipment, shipment=case.open_shipments[0])
        yield case.after(minutes(40))
    desk = case.customer if case.draft.channel == "Web shop" and case.chance(0.6) else case.csr
    why = case.random.choice(CANCELLED_WHY)
    case.do(desk.cancel_order, reason=why, initiator="customer", void_authorizations=True)
    yield from settled(case)


def fraud(case: Case) -> Story:
    """It was fraud after all: the order is cancelled, held as it is."""
    if not (yield from paid(case)):
        return
    yield from changing.fraud_suspected(case)
    yield case.served(hours(9), 0.8)
    case.noted(case.csr, "Card reported stolen", "The bank called.", payment=natural(case.order.payments)[0])
    void = bool(authorizations(case.order))
    case.do(case.manager.cancel_order, reason="fraud", initiator="fraud-check", void_authorizations=void)
    yield from settled(case)


def not_to_be_had(case: Case) -> Story:
    """Of two parcels one will never come: it is cancelled once the other has left."""
    if not (yield from paid(case)):
        return
    yield case.after(minutes(12))
    case.do(case.shop.job("stock").await_inventory, shipment="2")
    yield from shipping.parcel(case, "1")
    yield case.served(days(4))
    case.do(case.csr.cancel_shipment, shipment="2", reason="out-of-stock")
    yield from told(case)
    yield from settled(case)


def downloaded(case: Case) -> Story:
    """Nothing to ship: paid, sent by e-mail, completed by hand."""
    if not (yield from paid(case)):
        return
    yield case.worked(minutes(5), OFFICES[case.market.office])
    title = "Download link sent"
    case.do(case.shop.job("mail").record_activity, title=title, line_item=case.lines[0], visibility="customer")
    case.do(case.csr.complete_order)
    yield from settled(case)


def reshipped(case: Case) -> Story:
    """A parcel that never arrives, and is sent again."""
    if not (yield from paid(case)):
        return
    yield from shipping.dispatched(case, "1")
    yield from settled(case)
    yield from afterwards.lost(case)


def mistaken(trouble: Telling) -> Telling:
    """Something odd about how it leaves; then it arrives like any other."""

    def story(case: Case) -> Story:
        if not (yield from paid(case)):
            return
        yield from trouble(case)
        yield from shipping.delivered(case, "1")
        yield from settled(case)

    return story


def saga(case: Case) -> Story:
    """An order with which nothing goes right, and a customer who comes back all the same."""
    if not (yield from paid(case)):
        return
    yield from changing.fraud_checked(case)
    yield from changing.address_put_right(case, case.fixer)
    yield from called_and_edited(case)
    for change in (changing.coupon_removed, changing.line_changed, changing.sent_otherwise, changing.discounted):
        yield from change(case)
    yield from topped_up(case)
    yield from shipping.checked(case, "1")
    yield from changing.split(case)
    yield from shipping.picked_short(case, "1")
    yield from shipping.postponed(case, "1")
    yield from finished(case)
    yield from afterwards.delivery_corrected(case)
    yield from afterwards.goodwill(case)
    yield from returning.exchanged(case)


TWO_PARCELS = Wish(lines=(2, 4), parcels=2)
SEVERAL = Wish(lines=(2, 4), pieces=3)
PACKED = Wish(method="Ground")

PLOTS = (
    Plot(weight=31, story=and_then()),
    Plot(weight=6, story=waiting, wish=Wish(awaiting=True)),
    Plot(weight=4, story=and_then(), wish=TWO_PARCELS),
    Plot(weight=3, story=waiting, wish=Wish(lines=(2, 4), parcels=2, awaiting=True)),
    Plot(weight=3, story=after_changes(changing.split), wish=SEVERAL),
    Plot(weight=3, story=after_changes(with_first_parcel(shipping.picked_short)), wish=PACKED),
    Plot(weight=1, story=after_changes(with_first_parcel(shipping.taken_back)), wish=PACKED),
    Plot(weight=2, story=after_changes(with_first_parcel(shipping.checked))),
    Plot(weight=5, story=after_changes(changing.address_checked)),
    Plot(weight=2, story=after_changes(changing.fraud_checked)),
    Plot(weight=1, story=fraud),
    Plot(weight=1, story=after_changes(changing.address_answered), hold="address", wish=Wish(channel="Phone")),
    Plot(weight=4, story=edited, wish=SEVERAL),
    Plot(weight=1, story=after_changes(changing.coupon_removed), wish=Wish(coupon=True, channel="Web shop")),
    Plot(weight=1, story=after_changes(changing.coupon_added, changing.coupon_removed), wish=Wish(coupon=False)),
    Plot(weight=2, story=after_changes(changing.discounted)),
    Plot(weight=1, story=after_changes(changing.discounted, changing.discount_removed)),
    Plot(weight=3, story=cancelled),
    Plot(weight=2, story=not_to_be_had, wish=TWO_PARCELS),
    Plot(weight=2, story=downloaded, wish=Wish(digital=True, channel="Web shop", lines=(1, 2))),
    Plot(weight=4, story=and_then(returning.refunded)),
    Plot(weight=1, story=and_then(lambda case: returning.refunded(case, in_parts=True)), wish=SEVERAL),
    Plot(weight=1, story=and_then(lambda case: returning.refunded(case, in_parts=True, short=True)), wish=SEVERAL),
    Plot(weight=1, story=and_then(returning.kept)),
    Plot(weight=2, story=and_then(returning.exchanged)),
    Plot(weight=1, story=and_then(returning.exchanged_ahead)),
    Plot(weight=1, story=and_then(returning.exchange_given_up), wish=SEVERAL),
    Plot(weight=1, story=and_then(afterwards.goodwill)),
    Plot(weight=1, story=and_then(afterwards.refund_bounced)),
    Plot(weight=1, story=and_then(afterwards.charged_back), wish=Wish(payment="card")),
    Plot(weight=1, story=reshipped, wish=PACKED),
    Plot(weight=1, story=mistaken(afterwards.shipped_by_mistake), wish=PACKED),
    Plot(weight=1, story=mistaken(afterwards.left_anyway), wish=PACKED),
    Plot(weight=1, story=and_then(afterwards.delivery_corrected)),
    Plot(weight=1, story=and_then(afterwards.disputed)),
    Plot(weight=1, story=and_then(afterwards.disputed, afterwards.settled_out_of_court)),
    Plot(weight=1, story=and_then(afterwards.forgotten), quiet=True),
    Plot(weight=1, story=saga,  wish=Wish(
        lines=(2, 3), channel="Web shop", payment="card", coupon=True, method="Ground")),
)  # fmt: skip
"""All stories. Their weights add up to a hundred."""


def dealt(random: Random) -> Iterator[Plot]:
    """Plots without end: of each hundred, each as often as its weight, in shuffled order."""
    deck = [plot for plot in PLOTS for _ in range(plot.weight)]
    while True:
        random.shuffle(deck)
        yield from deck
