"""What is said and written about the orders of the simulated shop, beside all that happens to them."""

from ordertrail.demo.case import Case, days, hours, minutes
from ordertrail.demo.clock import Story
from ordertrail.demo.texts import CALLS, FOR_CUSTOMER, REVIEWS
from ordertrail.orders.model import replaced


def confirmed(case: Case) -> Story:
    """The shop writes to the customer, and its ERP system gives the order a number of its own."""
    yield case.after(minutes(2))
    job = case.shop.job("mail")
    case.do(job.record_activity, title="E-mail sent", detail="Confirmation of the order", visibility="customer")
    if case.chance(0.4):
        yield case.after(minutes(30))
        number = f"SO-{case.random.randrange(10**7):07}"
        case.do(case.shop.app("erp").add_reference, key="erp", value=number)


def _call(case: Case) -> tuple[str, str, str]:
    return case.random.choice(CALLS[case.market.office])


def called(case: Case) -> Story:
    """The customer calls, and somebody writes it down."""
    yield case.served(days(1))
    case.noted(case.csr, *_call(case)[:2])


def called_and_edited(case: Case) -> Story:
    """A note that is pinned, put right, and unpinned when it is dealt with."""
    yield case.served(hours(6))
    title, detail, right = _call(case)
    note = case.noted(case.csr, title, detail)
    yield case.served(minutes(2))
    case.do(case.csr.pin_note, note=note)
    yield case.served(minutes(40))
    case.do(case.csr.edit_note, note=note, detail=right)
    yield case.served(hours(9))
    case.do(case.csr.unpin_note, note=note)


def written_by_mistake(case: Case) -> Story:
    """A note on the wrong order: its author deletes it, or the manager does."""
    yield case.served(hours(8))
    note = case.noted(case.csr, "Refund promised", "Wrong order open, this belongs elsewhere.")
    yield case.served(minutes(15))
    desk = case.csr if case.chance(0.7) else case.manager
    case.do(desk.delete_note, note=note, reason="mistake")


def told(case: Case) -> Story:
    """A note that the customer reads; sometimes it is withdrawn from them."""
    yield case.served(days(1))
    note = case.noted(case.csr, *case.random.choice(FOR_CUSTOMER), visibility="customer")
    if case.chance(0.2):
        yield case.served(minutes(5))
        case.do(case.csr.edit_note, note=note, visibility="internal")


def marked(case: Case) -> Story:
    """What only this shop knows of an order, set and removed again."""
    yield case.served(hours(5))
    case.do(case.csr.set_attribute, key="priority", value="high")
    case.do(case.csr.set_attribute, key="engraving", value="Für Ömi 💛", line_item=case.lines[0])
    yield case.served(days(2))
    case.do(case.csr.remove_attribute, key="priority")


def reached_elsewhere(case: Case) -> Story:
    """The customer can be reached elsewhere, and the bill goes elsewhere."""
    yield case.served(hours(5))
    customer, buyer = case.order.customer, case.draft.buyer
    if customer is not None:
        case.do(case.csr.change_customer, customer=replaced(customer, phone="+00 555 0199"))
    office = replaced(buyer.address, company="Nordlicht & Søn ApS", line2="3rd floor")
    case.do(case.csr.change_billing_address, address=office)


def reviewed(case: Case) -> Story:
    """A review comes in."""
    yield case.after(days(6))
    stars, words = case.random.choice(REVIEWS[case.market.office])
    case.do(
        case.customer.record_activity,
        event_type="shop.ReviewReceived",
        data={"stars": str(stars)},
        detail=words,
    )


TALK = (
    (confirmed, 45),
    (called, 6),
    (called_and_edited, 3),
    (written_by_mistake, 2),
    (told, 3),
    (marked, 3),
    (reached_elsewhere, 2),
)
"""What is said of how many orders in a hundred."""
