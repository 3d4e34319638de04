"""The cookies that the service sets: no script reads them, and they come along when somebody follows a link here, but
with no form of another site (RFC 6265bis, 5.6.7)."""

from litestar.datastructures import Cookie

from ordertrail.web.asking import SESSION_COOKIES, session_cookie


def cookie(secure: bool, name: str, text: str, max_age: int | None = None) -> Cookie:
    """A cookie; without `max_age` in seconds it goes with the browser."""
    return Cookie(key=name, value=text, path="/", httponly=True, samesite="lax", secure=secure, max_age=max_age)


def of_session(secure: bool, text: str) -> Cookie:
    """The cookie that holds a session."""
    return cookie(secure, session_cookie(secure), text)


def without_session(secure: bool) -> list[Cookie]:
    """What takes a session away from a browser."""
    return [cookie(secure, name, "", max_age=0) for name in SESSION_COOKIES]
