"""What a webhook says: an entry as a CloudEvent (CloudEvents 1.0, structured mode in JSON)."""

from typing import Any

import msgspec

from ordertrail.reading import PlacedNote

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"


def message(trail_id: str, placed: PlacedNote) -> bytes:
    """The body of the message for an entry. `id` is the entry's, so that it is known when it comes twice."""
    note = placed.note
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": note.id,
        "source": f"urn:uuid:{trail_id}",
        "type": f"ordertrail.{note.event_type or 'Note'}",
        "subject": note.order_id,
        "time": note.created,
        "datacontenttype": "application/json",
        "position": str(placed.position),
        "data": note,
    }
    return msgspec.json.encode(event)
