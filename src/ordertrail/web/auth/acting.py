"""Who changes who may come in."""

from ordertrail import given
from ordertrail.notes.model import Actor
from ordertrail.streams import By
from ordertrail.web.auth.names import checked_id

CHANNEL = "Python"
"""Through which channel somebody comes in of whom only the name is given."""


def by_whom(by: By | str) -> By:
    """Who it is; a plain name is the id and the label of a user. Raises InvalidInput."""
    if isinstance(by, By):
        return By(actor=given.actor(by.actor), channel=given.channel(by.channel), cause=by.cause)
    return By(actor=Actor(id=checked_id(by, "who acts"), label=by), channel=CHANNEL)
