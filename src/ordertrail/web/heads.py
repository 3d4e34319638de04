"""HEAD: what GET would answer, without the body (RFC 9110, 9.3.2). Load balancers and link checkers ask so."""

from typing import Any

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send


def answering_heads(app: ASGIApp) -> ASGIApp:
    """The application, for pages and for who watches the service; the API answers what its description names."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        asked: Any = scope
        if ScopeType(asked["type"]) is not ScopeType.HTTP or asked["path"].startswith("/v1"):
            await app(scope, receive, send)
            return
        is_head = asked["method"] == "HEAD"

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                _allow(MutableScopeHeaders.from_message(message))
            elif message["type"] == "http.response.body" and is_head:
                message["body"] = b""
            await send(message)

        if is_head:
            asked = {**asked, "method": "GET"}
        await app(asked, receive, sending)

    return answer


def _allow(headers: MutableScopeHeaders) -> None:
    """Name HEAD where what may be asked is named, and GET is of it."""
    allowed = headers.get("allow", "").split(", ")
    if "GET" in allowed:
        headers["allow"] = ", ".join(sorted({*allowed, "HEAD"}))
