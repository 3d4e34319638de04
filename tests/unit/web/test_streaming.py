"""Streams that want the same read it once."""

import asyncio
import json
from typing import Any

import pytest

from ordertrail import InvalidInput, OrderTrail
from ordertrail.reading import ActivityFilter
from ordertrail.web.streaming import Streams
from tests.shops import in_memory, small

ALL = ActivityFilter()


def test_those_that_want_the_same_read_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    trail, desk = in_memory()
    for _ in range(3):
        desk.place_order(small())
    reads: list[object] = []
    read = OrderTrail.activities

    def counted(*given: Any, **wanted: Any) -> Any:
        reads.append(wanted)
        return read(*given, **wanted)

    monkeypatch.setattr(OrderTrail, "activities", counted)
    streams, notes = Streams(trail), ActivityFilter(category=("note",), personal=False)

    async def many() -> None:
        found = await asyncio.gather(*(streams.read(ALL, None) for _ in range(500)), streams.read(notes, None))
        assert len(reads) == 2
        assert len({id(one) for one in found}) == 2
        assert [one.position for one in found[0].page] == [0, 1, 2]
        lines = found[0].text.decode().splitlines()
        assert lines[0::3] == ["id: 0", "id: 1", "id: 2"]
        assert [json.loads(line.removeprefix("data: "))["position"] for line in lines[1::3]] == [0, 1, 2]
        assert found[-1].text == b""
        desk.place_order(small())
        assert len((await streams.read(ALL, None)).page) == 4  # nothing is kept for later
        assert len(reads) == 3

    asyncio.run(many())


def test_one_that_ends_takes_nothing_from_the_others() -> None:
    trail, desk = in_memory()
    desk.place_order(small())
    streams = Streams(trail)

    async def first_goes() -> None:
        first, second = (asyncio.create_task(streams.read(ALL, None)) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        assert len((await second).page) == 1

    asyncio.run(first_goes())


def test_what_is_refused_is_refused_for_all_of_them() -> None:
    streams = Streams(in_memory()[0])

    async def refused() -> None:
        found = await asyncio.gather(*(streams.read(ALL, "x") for _ in range(3)), return_exceptions=True)
        assert [type(one) for one in found] == [InvalidInput] * 3

    asyncio.run(refused())
