"""/v1/event-types, /v1/operations: what the code knows, for programs that show it."""

import msgspec
from litestar import Router, get

from ordertrail.orders.operations import OPERATIONS
from ordertrail.web.asking import Trail


class EventTypeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An event type: its category, what it is about, the sentence of its title and when it is recorded."""

    name: str
    category: str
    about: str
    sentence: str
    recorded_when: str
    icon: str


class OperationFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An operation: in which statuses of the order it is legal, its further condition, and what it records.

    `legal_with` are statuses in which it is legal with the argument named only, `permission_with` what an argument
    needs beyond `permission`; `edits` says that it is refused where nothing would change.
    """

    name: str
    summary: str
    permission: str
    permission_with: dict[str, str]
    legal_in: list[str]
    legal_with: dict[str, str]
    condition: str
    records: list[str]
    undone_by: str | None
    edits: bool


@get("/event-types", operation_id="list_event_types", open_to_all=True, sync_to_thread=False)
def list_event_types(trail: Trail) -> list[EventTypeFacts]:
    """The event types that there are, the shop's own among them."""
    fields = EventTypeFacts.__struct_fields__
    return [EventTypeFacts(**{name: getattr(event, name) for name in fields}) for event in trail.event_types.values()]


@get("/operations", operation_id="list_operations", open_to_all=True, sync_to_thread=False)
def list_operations() -> list[OperationFacts]:
    """The operations that there are."""
    return [
        OperationFacts(
            name=row.name,
            summary=row.summary,
            permission=row.permission,
            permission_with=dict(row.permission_with),
            legal_in=sorted(row.legal_in),
            legal_with={str(status): argument for status, argument in row.legal_with.items()},
            condition=row.condition,
            records=list(row.records),
            undone_by=row.undone_by,
            edits=row.edits,
        )
        for row in OPERATIONS.values()
    ]


ROUTER = Router("/", route_handlers=[list_event_types, list_operations], tags=["Reference"])
