"""/v1/event-types, /v1/operations: what the code knows, for programs that show it."""

from litestar import Router, get

from ordertrail.answers import EventTypeFacts, OperationFacts
from ordertrail.orders.operations import OPERATIONS
from ordertrail.web.asking import Trail


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
