"""docs/reference/event-types.md: what an order activity can be about."""

from collections.abc import Iterable

from docs.drawn.markdown import bullets, code, heading, link, page
from ordertrail.notes.events import BUILT_IN, OF_STREAMS, Category, EventType, OrderActivityEvent
from ordertrail.orders.operations import OPERATIONS

INTRO = f"""Each entry of type System names its event type. The {len(OrderActivityEvent)} of Optimizely Commerce
Connect are spelt exactly as there, and are the members of `OrderActivityEvent`; the others are ours,
spelt alike. A shop registers its own as `vendor.Name` ([how](../how-to/own-event-types-and-reasons.md)).
The title of an entry is its sentence, filled in when the entry is made and stored with it, so an entry
reads the same for ever. Those of category {Category.ACCESS} are recorded beside the orders, in system streams
([how](../how-to/see-who-came-in.md)), and no operation on an order records one."""


def render() -> str:
    """The page."""
    return page("Event types", INTRO, *filter(None, map(_category, Category)))


def _category(category: Category) -> str:
    events = [event for event in {**BUILT_IN, **OF_STREAMS}.values() if event.category is category]
    if not events:
        return ""
    return "\n\n".join([heading(2, f"Category {category}"), *map(_event, events)])


def _event(event: EventType) -> str:
    return "\n\n".join([heading(3, event.name), f"Recorded when: {event.recorded_when}.", bullets(_facts(event))])


def _facts(event: EventType) -> Iterable[str]:
    own = event.name in set(OrderActivityEvent)
    yield "One of the original system" if own else "One of ours"
    yield f"Sentence: {code(event.sentence)}"
    yield f"About: the {event.about}"
    yield f"Icon: {code(event.icon)}"
    yield f"Personal, if there: {', '.join(map(code, event.personal))}"
    if event.name in OF_STREAMS:
        return
    by = [link(row.name, page="operations.md") for row in OPERATIONS.values() if event.name in row.records]
    yield f"Recorded by: {', '.join(by)}"
