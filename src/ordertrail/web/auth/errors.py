"""Why somebody does not come in, or may not change who does."""

from ordertrail.errors import NotFound, Refused


class SignInRefused(Refused):
    """The name or the password is wrong, or this user may not sign in."""


class TooManyAttempts(Refused):
    """Signing in failed too often of late: wait a quarter of an hour."""


class NotConfirmed(Refused):
    """The identity provider did not confirm who signs in."""


class WriteNotShown(Refused):
    """A write that a cookie came with, and not the session's CSRF token: another site may have made the browser ask."""


class LinkNotValid(Refused):
    """This link is none of ours, or has expired: ask the shop for another one."""


class NotKnownWhetherDone(Refused):
    """This was begun under the same idempotency key, and the service broke off: it may have been done or not."""


class UnknownUser(NotFound):
    """No user has this name."""


class LastAdmin(Refused):
    """Somebody has to be left who says who may come in."""


class RoleInUse(Refused):
    """Somebody has this role: give them another one first."""
