"""/v1/event-types, /v1/operations: what the code knows, for programs that show it."""

import msgspec
from litestar import Router, get

from ordertrail.notes.events import BUILT_IN
from ordertrail.orders.operations import OPERATIONS


class EventTypeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An event type: its category, what it is about, the sentence of its title and when it is recorded."""

    name: str
    category: str
    about: str
    sentence: str
    recorded_when: str
    icon: str


class OperationFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An operation: in which statuses of the order it is legal, its further condition, and what it records."""

    name: str
    summary: str
    permission: str
    legal_in: list[str]
    condition: str
    records: list[str]
    undone_by: str | None


@get("/event-types", operation_id="list_event_types", sync_to_thread=False)
def list_event_types() -> list[EventTypeFacts]:
    """The event types that ordertrail knows."""
    fields = EventTypeFacts.__struct_fields__
    return [EventTypeFacts(**{name: getattr(event, name) for name in fields}) for event in BUILT_IN.values()]


@get("/operations", operation_id="list_operations", sync_to_thread=False)
def list_operations() -> list[OperationFacts]:
    """The operations that there are."""
    return [
        OperationFacts(
            name=row.name,
            summary=row.summary,
            permission=row.permission,
            legal_in=sorted(row.legal_in),
            condition=row.condition,
            records=list(row.records),
            undone_by=row.undone_by,
        )
        for row in OPERATIONS.values()
    ]


ROUTER = Router("/", route_handlers=[list_event_types, list_operations], tags=["Reference"])
