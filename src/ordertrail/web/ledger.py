"""Who was refused, and who looked at whose orders: counted for a moment, then recorded in the system streams.

An answer does not wait for that. What is counted is recorded every few seconds, and when the service stops; so a
process that is killed loses what it counted since. Strangers are counted by reason, address block and minute, and those
of a minute that come from ever more blocks together: whoever sends a million requests makes few entries of them.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from threading import Event, Lock, Thread
from typing import Any, NamedTuple

import msgspec
from litestar import Litestar
from litestar.di import NamedDependency

from ordertrail.errors import OrderTrailError
from ordertrail.streams import ITSELF, By, Happening
from ordertrail.trail import OrderTrail
from ordertrail.web import logs
from ordertrail.web.asking import SEES_PERSONAL
from ordertrail.web.auth.caller import Caller

PAUSE = 2.0
"""Seconds between two times that what was counted is recorded."""

BLOCKS = 100
"""From how many blocks strangers are told apart in one minute; those of the others are counted together."""

OTHERS = "others"

MOST_ORDERS = 1000
"""How many orders an entry names that were looked at; of more it says how many."""

REFUSALS = frozenset({401, 403, 429})
"""The statuses by which somebody is refused."""


class Seen(NamedTuple):
    """Looks by somebody through a route."""

    by: By
    route: str


class Refused(NamedTuple):
    """Refusals of somebody who is known."""

    by: By
    method: str
    route: str
    reason: str


class Stranger(NamedTuple):
    """Refusals of whoever did not show who they are. `user` is one that exists, where its name was typed."""

    minute: str
    block: str
    reason: str
    user: str | None


class Looked:
    """How often somebody looked, and at what."""

    def __init__(self) -> None:
        self.count = 0
        self.orders: set[str] = set()
        self.positions: list[str] = []

    def data(self, route: str) -> dict[str, Any]:
        """What of it is recorded."""
        found: dict[str, Any] = {"route": route, "count": self.count}
        if self.orders:
            found |= {"orders": sorted(self.orders)[:MOST_ORDERS], "different": len(self.orders)}
        if self.positions:
            found["positions"] = self.positions[:MOST_ORDERS]
        return found


class Ledger:
    """Counts, from any thread, until it is told to record."""

    def __init__(self, trail: OrderTrail, address: Callable[[Any], str | None]) -> None:
        """`address` tells from where a request came, by its scope."""
        self._trail, self._address, self._lock = trail, address, Lock()
        self._seen: dict[Seen, Looked] = {}
        self._refused: dict[Refused | Stranger, int] = {}

    def looked(
        self, who: Caller, route: str, orders: Iterable[str] = (), positions: tuple[int, int] | None = None
    ) -> None:
        """Somebody was shown personal data: of these orders, or of the entries from one position to another."""
        key = Seen(_by(who), route)
        with self._lock:
            looked = self._seen.setdefault(key, Looked())
            looked.count += 1
            looked.orders.update(orders)
            if positions is not None:
                looked.positions.append(f"{positions[0]}–{positions[1]}")

    def refused(self, who: Caller, method: str, route: str, reason: str) -> None:
        """Somebody who is known asked for what they may not do."""
        # Without for whom an app says that it acts: it could say another each time.
        by = _by(msgspec.structs.replace(who, actor=msgspec.structs.replace(who.actor, on_behalf_of=None)))
        self._count(Refused(by, method, route, reason))

    def stranger(self, address: str | None, reason: str, user: str | None) -> None:
        """Somebody did not show who they are."""
        minute = self._trail.clock().strftime("%Y-%m-%dT%H:%MZ")
        key = Stranger(minute, block_of(address), reason, user)
        with self._lock:
            crowded = sum(isinstance(each, Stranger) and each.minute == minute for each in self._refused) >= BLOCKS
            if crowded and key not in self._refused:
                key = Stranger(minute, OTHERS, reason, None)
            self._refused[key] = self._refused.get(key, 0) + 1

    def _count(self, key: Refused) -> None:
        with self._lock:
            self._refused[key] = self._refused.get(key, 0) + 1

    def record(self) -> None:
        """Record what was counted. Raises StoreError: then it is counted still."""
        with self._lock:
            seen, refused = self._seen, self._refused
            self._seen, self._refused = {}, {}
        happenings = [
            *(Happening(event="PersonalDataSeen", by=key.by, data=each.data(key.route)) for key, each in seen.items()),
            *(_refusal(key, count) for key, count in refused.items()),
        ]
        if not happenings:
            return
        try:
            self._trail.streams.record(happenings)
        except OrderTrailError:
            self._put_back(seen, refused)
            raise

    def _put_back(self, seen: dict[Seen, Looked], refused: dict[Refused | Stranger, int]) -> None:
        with self._lock:
            for key, since in self._seen.items():
                before = seen.setdefault(key, Looked())
                before.count += since.count
                before.orders |= since.orders
                before.positions += since.positions
            for which, count in self._refused.items():
                refused[which] = refused.get(which, 0) + count
            self._seen, self._refused = seen, refused

    def observe(self, scope: Any, status: int, _: float) -> None:
        """Count an answered request, if somebody was refused by it or shown personal data."""
        state, route = scope["state"], scope.get("route_handler")
        who = state.get("caller")
        if status in REFUSALS:
            self._count_refusal(scope, status, who)
        elif status == HTTPStatus.OK and who is not None and who.may(SEES_PERSONAL) and route.opt.get("shows_personal"):
            orders = state.get("showing") or filter(None, [scope["path_params"].get("order_id")])
            self.looked(who, scope["path_template"], orders)

    def _count_refusal(self, scope: Any, status: int, who: Caller | None) -> None:
        state = scope["state"]
        reason = state.get("problem") or HTTPStatus(status).phrase.lower()
        if who is None:
            self.stranger(self._address(scope), reason, state.get("typed"))
        else:
            self.refused(who, scope["method"], scope.get("path_template") or "", reason)


Counting = NamedDependency[Ledger]


def _refusal(key: Refused | Stranger, count: int) -> Happening:
    if isinstance(key, Refused):
        data: dict[str, Any] = {"method": key.method, "route": key.route, "reason": key.reason, "count": count}
        return Happening(event="RequestsRefused", by=key.by, data=data)
    data = {"reason": key.reason, "minute": key.minute, "block": key.block, "count": count}
    if key.user is not None:
        data["user"] = key.user
    return Happening(event="StrangersRefused", by=ITSELF, data=data)


def _by(who: Caller) -> By:
    # Without the user agent, which whoever calls could change with each request to be counted anew.
    return By(actor=msgspec.structs.replace(who.actor, user_agent=None), channel=who.channel)


def block_of(address: str | None) -> str:
    """The block of an address: its /24, or of IPv6 its /48."""
    try:
        ip = ip_address(address or "")
    except ValueError:
        return "unknown"
    return str(ip_network(f"{ip}/{48 if ip.version == 6 else 24}", strict=False))


def keeping(ledger: Ledger) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    """What records beside the application, from its start to its end."""

    @asynccontextmanager
    async def beside(_: Litestar) -> AsyncIterator[None]:
        ended = Event()
        thread = Thread(target=keep, args=(ledger, ended), name="ledger", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    return beside


def keep(ledger: Ledger, ended: Event) -> None:
    """Record what is counted, again and again, and once more at the end. A failure is logged, and tried again."""
    last = False
    while not last:
        last = ended.wait(PAUSE)
        try:
            ledger.record()
        except Exception as error:  # or nothing would be recorded any more, and nobody would know
            logs.failure("not recorded who looked or was refused", error)
