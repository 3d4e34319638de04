"""Logs as lines of JSON, one an event, on stderr. None holds a query, a header, a body or what a driver said."""

import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

import msgspec

LOG = logging.getLogger("ordertrail.web")


class Lines(logging.Formatter):
    """Writes a record as one line of JSON; an exception as where it was raised and its class, never its message."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = _where(record.exc_info[1])
        return msgspec.json.encode(line).decode()


def _where(error: BaseException) -> dict[str, Any]:
    # A message may hold values: of rows, of bodies, of addresses.
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return {"class": type(error).__qualname__, "raised": places}


def configure(level: str = "info") -> None:
    """Send the service's logs, and the warnings of all others, to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    LOG.setLevel(level.upper())


def event(name: str, **fields: Any) -> None:
    """Log that something happened."""
    # Not by LOG.info, which looks for the line that called it: that takes longer than all the rest, and we say none.
    if LOG.isEnabledFor(logging.INFO):
        LOG.handle(LOG.makeRecord(LOG.name, logging.INFO, "", 0, name, (), None, extra={"fields": fields}))


def failure(name: str, error: BaseException, **fields: Any) -> None:
    """Log that something of ours went wrong."""
    LOG.error(name, exc_info=error, extra={"fields": fields})
