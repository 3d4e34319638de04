"""What the HTTP API answers with, as types: the service makes them, and its client reads them.

Money is text, times are in UTC. A problem is told by its type.
"""

from ordertrail.answers.orders import (
    Availability,
    EventTypeFacts,
    Feed,
    Listed,
    NotePage,
    OperationFacts,
    OrderPage,
    Outcome,
    Recorded,
)
from ordertrail.answers.problems import PREFIX, name_of
from ordertrail.answers.service import (
    AccessPage,
    AddedWebhook,
    Attempt,
    CreatedToken,
    Link,
    RoleFacts,
    Token,
    User,
    Webhook,
)

__all__ = [
    "PREFIX",
    "AccessPage",
    "AddedWebhook",
    "Attempt",
    "Availability",
    "CreatedToken",
    "EventTypeFacts",
    "Feed",
    "Link",
    "Listed",
    "NotePage",
    "OperationFacts",
    "OrderPage",
    "Outcome",
    "Recorded",
    "RoleFacts",
    "Token",
    "User",
    "Webhook",
    "name_of",
]
