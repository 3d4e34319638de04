"""Operations that come together are committed together, and each is answered as if it had come alone."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ordertrail import DatabaseFull, OperationNotAllowed, OrderTrail, StoreError
from ordertrail.web.together import MOST, Together
from tests import checker
from tests.shops import limited, small

Works = Callable[[Together], Awaitable[Any]]


@pytest.fixture
def trail(tmp_path: Path) -> Iterator[OrderTrail]:
    with OrderTrail.open(f"sqlite:///{tmp_path}/shop.db") as trail:
        yield trail


def adding(order: str, title: str) -> Callable[[OrderTrail], int]:
    return lambda trail: trail.acting("anna", channel="API").add_note(order, title=title).version


def releasing(order: str) -> Callable[[OrderTrail], int]:
    return lambda trail: trail.acting("anna", channel="API").release_hold(order).version


def placed(trail: OrderTrail) -> str:
    return trail.acting("anna", channel="API").place_order(small()).id


def titles(trail: OrderTrail, order: str) -> list[str]:
    return [note.title for note in trail.order_notes(order, type="Custom", limit=200)]


def run(trail: OrderTrail, works: Works) -> Any:
    """What `works` gives."""

    async def whole() -> Any:
        return await works(Together(trail))

    return asyncio.run(whole())


@contextmanager
def batches(trail: OrderTrail) -> Iterator[list[OrderTrail]]:
    """The transactions that are shared."""
    found: list[OrderTrail] = []
    batch = trail.batch

    @contextmanager
    def noted() -> Iterator[OrderTrail]:
        with batch() as shared:
            found.append(shared)
            yield shared

    trail.batch = noted  # type: ignore[method-assign]
    yield found
    del trail.batch


def test_those_that_come_together_share_a_transaction(trail: OrderTrail) -> None:
    order = placed(trail)

    async def works(together: Together) -> list[int]:
        return await asyncio.gather(*(together.do(adding(order, f"Call {n}")) for n in range(10)))

    with batches(trail) as shared:
        assert run(trail, works) == list(range(2, 12))
    assert len(shared) == 1
    assert titles(trail, order) == [f"Call {n}" for n in range(10)]
    assert not checker.all_findings(trail)


def test_one_that_comes_alone_has_its_own(trail: OrderTrail) -> None:
    order = placed(trail)

    async def works(together: Together) -> list[int]:
        return [await together.do(adding(order, f"Call {n}")) for n in range(3)]

    with batches(trail) as shared:
        assert run(trail, works) == [2, 3, 4]
    assert not shared


def test_those_that_come_meanwhile_are_next(trail: OrderTrail) -> None:
    order = placed(trail)
    begun, may_end = threading.Event(), threading.Event()

    def slow(one: OrderTrail) -> int:
        begun.set()
        assert may_end.wait(10)
        return adding(order, "First")(one)

    async def works(together: Together) -> list[int]:
        first = asyncio.create_task(together.do(slow))
        while not begun.is_set():
            await asyncio.sleep(0.001)
        others = [asyncio.create_task(together.do(adding(order, f"Call {n}"))) for n in range(MOST + 5)]
        await asyncio.sleep(0)
        may_end.set()
        return await asyncio.gather(first, *others)

    with batches(trail) as shared:
        assert run(trail, works) == list(range(2, MOST + 8))
    assert len(shared) == 2  # no more than so many at once


def test_many_at_once_let_others_have_their_turn(trail: OrderTrail) -> None:
    order = placed(trail)

    async def works(together: Together) -> tuple[list[int], int]:
        many = asyncio.create_task(together.each([adding(order, f"Call {n}") for n in range(2 * MOST + 1)]))
        await asyncio.sleep(0)
        return await asyncio.gather(many, together.do(adding(order, "In between")))

    with batches(trail) as shared:
        versions, between = run(trail, works)
    assert sorted([*versions, between]) == list(range(2, 2 * MOST + 4))
    assert versions[:MOST] == list(range(2, MOST + 2))
    assert between < versions[-1]
    assert 2 <= len(shared) <= 4


def test_what_is_refused_is_refused_alone(trail: OrderTrail) -> None:
    order = placed(trail)

    async def works(together: Together) -> list[Any]:
        asked = [adding(order, "Before"), releasing(order), adding(order, "After")]
        return await asyncio.gather(*map(together.do, asked), return_exceptions=True)

    before, refused, after = run(trail, works)
    assert (before, after) == (2, 3)
    assert isinstance(refused, OperationNotAllowed)
    assert titles(trail, order) == ["Before", "After"]


def test_where_the_database_is_full_nobody_is_told_that_it_was_done(tmp_path: Path) -> None:
    with OrderTrail.open(f"sqlite:///{tmp_path}/shop.db", pool_size=1) as trail:
        order = placed(trail)

        async def works(together: Together) -> list[Any]:
            asked = (adding(order, f"{number} " + "x" * 150) for number in range(MOST))
            return await asyncio.gather(*map(together.do, asked), return_exceptions=True)

        with limited(trail):
            outcomes = run(trail, works)
        done = [outcome for outcome in outcomes if isinstance(outcome, int)]
        assert all(isinstance(outcome, int | DatabaseFull) for outcome in outcomes)
        assert len(done) < MOST
        assert len(titles(trail, order)) == len(done)
        assert not checker.all_findings(trail)
        assert run(trail, lambda together: together.do(adding(order, "There is room again"))) == len(done) + 2


def test_where_the_transaction_is_lost_all_are_told_so(trail: OrderTrail) -> None:
    """SQLite itself undoes the whole of a transaction where the disk fails it."""
    order = placed(trail)

    def losing(one: OrderTrail) -> int:
        with one.store.reading() as transaction:
            transaction.rows(text("ROLLBACK"))
        return 0

    async def works(together: Together) -> list[Any]:
        asked = [adding(order, "Before"), losing, adding(order, "After"), releasing(order)]
        return await asyncio.gather(*map(together.do, asked), return_exceptions=True)

    assert all(isinstance(outcome, StoreError) for outcome in run(trail, works))
    assert titles(trail, order) == []
    assert run(trail, lambda together: together.do(adding(order, "Again"))) == 2


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, asyncio.CancelledError, StopIteration, MemoryError])
def test_whatever_one_raises_the_others_are_answered(trail: OrderTrail, error: type[BaseException]) -> None:
    order = placed(trail)

    def raising(one: OrderTrail) -> int:
        raise error

    async def works(together: Together) -> list[Any]:
        asked = [adding(order, "Before"), raising, adding(order, "After")]
        found = await asyncio.gather(*map(together.do, asked), return_exceptions=True)
        with pytest.raises(Exception, match=r"broken off|^$"):
            await together.do(raising)
        return [*found, await together.do(adding(order, "Later"))]

    before, broken, after, later = run(trail, works)
    assert (before, after, later) == (2, 3, 4)
    assert isinstance(broken, Exception)


def test_where_there_is_no_thread_it_is_said(trail: OrderTrail, monkeypatch: pytest.MonkeyPatch) -> None:
    order = placed(trail)

    def refused(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    async def works(together: Together) -> int:
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", refused)
            with pytest.raises(RuntimeError, match="thread"):
                await together.do(adding(order, "Before"))
        return await together.do(adding(order, "After"))

    assert run(trail, works) >= 2


def test_it_outlives_a_loop(trail: OrderTrail) -> None:
    """An application that is started again, or asked without having been started."""
    order, together = placed(trail), Together(trail)

    async def leaving() -> None:
        waiting = asyncio.create_task(together.do(adding(order, "Given up")))
        await asyncio.sleep(0)
        waiting.cancel()

    async def staying() -> int:
        return await together.do(adding(order, "Call"))

    asyncio.run(leaving())
    assert asyncio.run(staying()) in (2, 3)
    assert asyncio.run(staying()) in (3, 4)


def test_what_goes_with_a_request_goes_with_its_operation(trail: OrderTrail) -> None:
    order, request = placed(trail), ContextVar("request", default="none")

    def noting(one: OrderTrail) -> int:
        return adding(order, request.get())(one)

    async def asked(together: Together, name: str) -> int:
        request.set(name)
        return await together.do(noting)

    async def works(together: Together) -> None:
        await asyncio.gather(asked(together, "one"), asked(together, "other"))

    run(trail, works)
    assert titles(trail, order) == ["one", "other"]


def test_one_who_leaves_takes_nothing_from_the_others(trail: OrderTrail) -> None:
    order = placed(trail)

    async def works(together: Together) -> list[int]:
        leaving, *staying = [asyncio.create_task(together.do(adding(order, f"Call {n}"))) for n in range(3)]
        await asyncio.sleep(0)
        leaving.cancel()
        return await asyncio.gather(*staying)

    assert run(trail, works) == [3, 4]
    assert titles(trail, order) == ["Call 0", "Call 1", "Call 2"]


def test_on_postgresql_each_writes_for_itself(postgres_url: str) -> None:
    with OrderTrail.open(postgres_url) as trail:
        orders = [placed(trail) for _ in range(4)]

        async def works(together: Together) -> list[int]:
            return await asyncio.gather(*(together.do(adding(order, "Call")) for order in orders))

        async def many(together: Together) -> list[int]:
            return await together.each([adding(order, "Call") for order in orders])

        with batches(trail) as shared:
            assert run(trail, works) == [2, 2, 2, 2]
            assert run(trail, many) == [3, 3, 3, 3]
        assert not shared
