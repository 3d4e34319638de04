"""How parcels of the simulated shop are released, picked, packed, carried and delivered."""

from ordertrail.demo.case import Case, days, hours, minutes
from ordertrail.demo.clock import Story, together
from ordertrail.demo.clock import hours as opening
from ordertrail.demo.goods import MARKETS, OFFICES
from ordertrail.demo.texts import PAPERS, WAREHOUSE_NOTES
from ordertrail.orders.statuses import ShipmentStatus

ROUNDS = {market.code: opening(market.offset, (8, 21), (8, 18)) for market in MARKETS}
"""When parcels are brought, in each market."""


def shipped(case: Case) -> Story:
    """Every open parcel leaves and arrives, each on its own way."""
    yield from together(*[parcel(case, key) for key in case.open_shipments])


def parcel(case: Case, key: str) -> Story:
    """One parcel, from its release to its delivery."""
    yield from dispatched(case, key)
    yield from delivered(case, key)


def dispatched(case: Case, key: str) -> Story:
    """One parcel, from its release until it leaves."""
    if case.shipment(key).status is ShipmentStatus.AWAITING_INVENTORY:
        yield from stocked(case, key)
    yield from released(case, key)
    if case.method(key).packed:
        yield from picked(case, key)
    yield from left(case, key)


def stocked(case: Case, key: str) -> Story:
    """Goods that were missing come in: after two working days as a rule, and sometimes after two weeks."""
    yield case.in_warehouse(key, hours(20), 0.7)
    case.do(case.shop.job("stock").assign_inventory, shipment=key)


def released(case: Case, key: str) -> Story:
    """The job that releases shipments comes by."""
    yield case.worked(minutes(25), OFFICES[case.market.office])
    case.do(case.shop.job("release").release_shipment, shipment=key)


def picked(case: Case, key: str) -> Story:
    """A worker puts the parcel on a pick list."""
    yield case.in_warehouse(key, hours(2.5))
    case.do(case.worker(key).add_to_pick_list, shipment=key, pick_list=pick_list(case, key))


def pick_list(case: Case, key: str) -> str:
    """The pick list of this warehouse and hour."""
    return f"PL-{case.warehouse(key).code}-{case.now:%m%d-%H}"


def left(case: Case, key: str, **more: object) -> Story:
    """The parcel is packed and leaves; its share is captured."""
    yield case.in_warehouse(key, hours(1.5))
    worker = case.worker(key)
    if case.chance(0.03):
        case.noted(worker, *case.random.choice(WAREHOUSE_NOTES), shipment=key)
    if case.chance(0.04):
        paper = case.random.choice(PAPERS)
        case.do(worker.record_activity, event_type="shop.GiftWrapped", shipment=key, data={"paper": paper})
    case.do(worker.complete_shipment, shipment=key, capture=True, **tracking(case, key), **more)


def tracking(case: Case, key: str) -> dict[str, str]:
    """How a new parcel is followed; what is picked up is not."""
    method = case.method(key)
    if not method.packed:
        return {}
    number = f"{method.carrier[:2].upper()}{case.random.randrange(10**10):010}"
    return {"carrier": method.carrier, "tracking_number": number}


def delivered(case: Case, key: str) -> Story:
    """The carrier brings the parcel; its system tells so a little later."""
    method = case.method(key)
    carrier = case.shop.app("carriers") if method.packed else case.csr
    if method.packed and case.chance(0.05):
        yield case.after(days(method.days / 3), 0.2)
        case.do(carrier.set_tracking, shipment=key, **tracking(case, key))
    yield case.after(days(method.days), method.spread)
    yield case.worked(hours(2), ROUNDS[case.market.code])
    arrived = case.now
    yield case.after(minutes(40))
    case.do(carrier.confirm_delivery, shipment=key, delivered_at=arrived)


# What goes wrong in a warehouse


def picked_short(case: Case, key: str) -> Story:
    """On the shelf lies less than the system says: the parcel waits after all."""
    yield from released(case, key)
    yield from picked(case, key)
    yield case.in_warehouse(key, hours(1))
    worker = case.worker(key)
    case.noted(worker, "Short pick", "The shelf is empty.", shipment=key)
    yield case.in_warehouse(key, minutes(1))
    case.do(worker.await_inventory, shipment=key)
    yield from stocked(case, key)


def taken_back(case: Case, key: str) -> Story:
    """The parcel comes off its pick list, and its release is taken back: a rush of more urgent ones."""
    yield from released(case, key)
    yield from picked(case, key)
    yield case.in_warehouse(key, minutes(30))
    case.do(case.worker(key).remove_from_pick_list, shipment=key)
    yield case.in_warehouse(key, minutes(10))
    case.do(case.worker(key).unrelease_shipment, shipment=key)


def checked(case: Case, key: str) -> Story:
    """One parcel is held: something about it has to be looked at first."""
    yield case.in_warehouse(key, hours(1))
    case.do(case.worker(key).hold_shipment, shipment=key, reason="Carton to be looked at")
    yield case.in_warehouse(key, hours(5))
    case.do(case.worker(key).release_shipment_hold, shipment=key)


def postponed(case: Case, key: str) -> Story:
    """The promised date cannot be kept, and another one is promised."""
    yield case.served(hours(2))
    before = case.shipment(key).promised or case.now
    later = max(before, case.now.replace(hour=18, minute=0, second=0, microsecond=0)) + days(case.random.randint(2, 6))
    case.do(case.csr.change_promised_date, shipment=key, promised=later, reason="backorder")
