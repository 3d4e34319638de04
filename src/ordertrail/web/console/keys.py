"""Keys of forms: with the same one nothing is done twice, however often it is sent."""

from secrets import token_urlsafe

from ordertrail.errors import IdempotencyKeyReused, OrderTrailError


def new_key() -> str:
    """A key that no other form has."""
    return token_urlsafe(12)


def key_of(form: str, operation: str, about: str) -> str:
    """The idempotency key of an operation that a page's form is sent for: a page has one form, and many buttons."""
    return f"console:{form[:64]}:{operation}:{about}"


def key_after(error: OrderTrailError, form: str) -> str:
    """The key of a form that is shown again: a new one where its own was used up, as by going back after it was done;
    otherwise the same, as it is not known of every error that nothing was done."""
    return new_key() if isinstance(error, IdempotencyKeyReused) else form


def mark_of(form: str) -> str:
    """The beginning of a form's key: by it the page that answers the form is known as its answer."""
    return form[:6]


CHANGED = "it has changed since it was shown: look at it again"
"""Why nothing was done with one of several things."""
