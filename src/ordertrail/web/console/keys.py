"""Keys of forms: with the same one nothing is done twice, however often it is sent."""

from secrets import token_urlsafe


def new_key() -> str:
    """A key that no other form has."""
    return token_urlsafe(12)


def key_of(form: str, operation: str, about: str) -> str:
    """The idempotency key of an operation that a page's form is sent for: a page has one form, and many buttons."""
    return f"console:{form[:64]}:{operation}:{about}"
