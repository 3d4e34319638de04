"""System streams: entries beside those of orders, for what happens to nobody's order.

A stream is of one process and one day (UTC). Its entries stand where those of orders stand, chained and in the log
alike, under an id that its first entry's own words give: so a stream is told from an order whose row was removed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from ordertrail.content_ids import uuid8
from ordertrail.notes.personal import Json


def day_of(moment: datetime) -> str:
    """The day of a moment in UTC, as a stream is named by it."""
    return moment.date().isoformat()


def stream_id(process: str, day: str) -> str:
    """The id of the stream of a process on a day: a UUID of version 8 (RFC 9562, 5.8)."""
    return uuid8(msgspec.json.encode(["ordertrail/1 stream", process, day]))


def opens(order_id: str, content: Mapping[str, Json]) -> bool:
    """Whether this is what the first entry of a stream under this id says."""
    data: Any = content.get("data")
    if not isinstance(data, dict) or not {"process", "day"} <= data.keys():
        return False
    return stream_id(data["process"], data["day"]) == order_id
