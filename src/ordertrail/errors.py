"""Every refusal: what was wrong, and what would be right.

All of them are `OrderTrailError`. Whatever raises one has written nothing. The class is what a program decides by;
the message is for the person who reads it, and carries no secret and no personal data but what the caller just gave.
"""

from collections.abc import Iterable
from reprlib import repr as shortened
from typing import Any


class OrderTrailError(Exception):
    """Anything that ordertrail refuses or cannot do."""


# What the caller gave


class InvalidInput(OrderTrailError):
    """A value that no order may hold: its place and what would be right stand in the message."""


class InvalidMoney(InvalidInput):
    """An amount that is a float, negative, not finite, too precise for its currency, or too large."""


class InvalidQuantity(InvalidInput):
    """A quantity that is not a finite decimal above zero with at most three places."""


class InvalidText(InvalidInput):
    """A text with NUL or an unpaired surrogate, or over its limit."""


class InvalidTime(InvalidInput):
    """A time without a zone, in the future, or before what has already been recorded."""


class WrongCurrency(InvalidInput):
    """An amount in another currency than the order's, or a currency that ISO 4217 does not know."""


class DuplicateId(InvalidInput):
    """An id, coupon code or order number that is in use, or was once."""


class InvalidSource(InvalidInput):
    """A file to import that is missing, or not what it should be. `line` is None where it is the file as a whole."""

    def __init__(self, file: str, line: int | None, why: str) -> None:
        self.file, self.line = file, line
        super().__init__(f"{file}{'' if line is None else f', line {line}'}: {why}")


# What does not exist


class NotFound(OrderTrailError):
    """Something that is not there."""


class UnknownOrder(NotFound):
    """No order has this id or number."""


class UnknownId(NotFound):
    """The order has no line item, shipment, payment … of this id, or the shop's list no reason of this code."""

    def __init__(self, kind: str, given: str, known: Iterable[str], where: str = "this order") -> None:
        self.kind, self.given, self.known = kind, given, tuple(known)
        there = ", ".join(self.known) or "none"
        super().__init__(f"{where} has no {kind} {shortened(given)}; it has: {there}")


class UnknownNote(NotFound):
    """The order has no note of this seq."""


class UnknownOperation(NotFound):
    """No operation has this name."""


class UnknownEventType(NotFound):
    """No event type of this name is registered; a shop registers its own as `vendor.Name`."""


class UnknownToken(NotFound):
    """No token has this id."""


# What the rules of an order do not allow


class Refused(OrderTrailError):
    """A well-formed request that the order, the record or the caller's permissions do not allow."""


class OperationNotAllowed(Refused):
    """The order, or the part of it that is meant, is in no state for this operation.

    `statuses` maps each status that was looked at to its value, `legal_now` names the operations that are legal.
    """

    def __init__(self, operation: str, why: str, statuses: dict[str, str], legal_now: Iterable[str] = ()) -> None:
        self.operation, self.why, self.statuses, self.legal_now = operation, why, statuses, tuple(legal_now)
        now = f"; legal now: {', '.join(self.legal_now)}" if self.legal_now else ""
        super().__init__(f"{operation} is not allowed: {why}{now}")


class NothingToChange(Refused):
    """An edit that finds all as it is given: nothing would be recorded but that somebody tried."""


class Overpayment(Refused):
    """A payment above what is open, without `overpayment`. `by` is how much, in the order's currency."""

    def __init__(self, by: str, currency: str) -> None:
        self.by, self.currency = by, currency
        super().__init__(
            f"this payment is {by} {currency} more than is open; give overpayment=True if the money really came"
        )


class RefundTooLarge(Refused):
    """A refund above what was paid and not yet refunded, or above what the role may refund."""


class DiscountTooLarge(Refused):
    """A discount that would take a price below zero, or above what the role may give."""


class NoteNeverChanges(Refused):
    """A System entry: it is never edited, deleted or pinned, by nobody."""


class NotPermitted(Refused):
    """The caller lacks the permission that the operation needs."""

    def __init__(self, permission: str, action: str) -> None:
        self.permission, self.action = permission, action
        super().__init__(f"{action} needs the permission {permission}")


class LegalHold(OperationNotAllowed):
    """Personal data of an order under legal hold is not erased."""


class OrderChanged(Refused):
    """The order has changed since the version that the caller saw.

    `since` are the System entries made since, oldest first, at most fifty.
    """

    def __init__(self, expected: int, current: int, since: tuple[Any, ...] = ()) -> None:
        self.expected, self.current, self.since = expected, current, since
        # By its event type: the title of an activity that the shop recorded can be personal.
        what = "; ".join(f"{note.seq}: {note.event_type}" for note in since[:5]) + (" …" if len(since) > 5 else "")
        super().__init__(
            f"the order was last changed by entry {current}, not {expected}; load it again and decide anew"
            + (f" (since then: {what})" if what else "")
        )


class NoteChanged(Refused):
    """The note was edited since the caller read it. `revision` is the entry that gave it the text that it has now."""

    def __init__(self, note: int, revision: int) -> None:
        self.note, self.revision = note, revision
        super().__init__(f"note {note} was edited since, by entry {revision}: read it again, and edit what it says now")


class IdempotencyKeyReused(Refused):
    """This idempotency key was used before with another operation or other arguments."""


# What the database does not allow, or cannot do now


class StoreError(OrderTrailError):
    """The database could not do what was asked; nothing of it was written."""


class OrderBusy(StoreError):
    """Others kept changing the order, or hold its lock, so that this change found no turn. Try again."""


class DatabaseLocked(StoreError):
    """Another process held the database for longer than the time-out. Try again."""


class DatabaseFull(StoreError):
    """The disk, or the limit of the database, is full. Nothing was written."""


class ConnectionLost(StoreError):
    """The connection broke.

    If it broke at the commit itself, what was asked is whole or absent, never half: look, or repeat it with the same
    idempotency key.
    """


class DatabaseUnreachable(StoreError):
    """There is no database at this address, or it does not let us in."""


class NotInitialised(StoreError):
    """The database holds no trail, or one of an older schema: `ordertrail init` makes it."""


class NewerSchema(StoreError):
    """The database was made by a newer ordertrail than this: upgrade this one."""


class GuardsMissing(StoreError):
    """Triggers or privileges that keep entries append-only are missing: `ordertrail init` puts them back."""


class WrongSQLiteLibrary(StoreError):
    """A connection of another SQLite library than this process uses: two on one file lose committed rows."""


class RecordDamaged(StoreError):
    """A row cannot be read as what it should be: `ordertrail verify` names it."""
