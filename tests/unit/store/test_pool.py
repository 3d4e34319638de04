"""Connections that are kept."""

import threading

import pytest

from ordertrail.errors import DatabaseLocked, StoreError
from ordertrail.store import pool as pools
from ordertrail.store.pool import Pool


class Line:
    """A connection that knows whether it was closed."""

    closed = False

    def close(self) -> None:
        """Close it."""
        self.closed = True


def test_the_last_used_one_comes_first() -> None:
    pool = Pool(Line, 3, 0)
    first, second = pool.take(), pool.take()
    pool.give_back(first)
    pool.give_back(second)
    assert [pool.take(), pool.take()] == [second, first]


def test_no_more_than_its_size() -> None:
    pool = Pool(Line, 2, 0.01)
    first, _ = pool.take(), pool.take()
    with pytest.raises(DatabaseLocked, match="all 2 connections are in use"):
        pool.take()
    pool.drop(first)
    assert first.closed
    assert not pool.take().closed


def test_who_waits_is_served() -> None:
    pool = Pool(Line, 1, 10)
    line = pool.take()
    threading.Timer(0.01, pool.give_back, [line]).start()
    assert pool.take() is line


def test_once_closed_none_is_taken() -> None:
    pool = Pool(Line, 1, 10)
    line = pool.take()
    threading.Timer(0.01, pool.close).start()
    with pytest.raises(StoreError, match="has been closed: open it again"):
        pool.take()
    pool.give_back(line)
    assert line.closed
    with pytest.raises(StoreError, match="has been closed"):
        pool.take()


def test_once_closed_it_is_so_in_a_forked_child() -> None:
    pool = Pool(Line, 1, 0)
    pool.close()
    pool.leave_behind()
    with pytest.raises(StoreError, match="has been closed"):
        pool.take()


def test_what_cannot_be_opened_takes_no_place() -> None:
    class Faulty(Line):
        """It fails at first."""

        tries = 0

        def __init__(self) -> None:
            Faulty.tries += 1
            if Faulty.tries == 1:
                raise KeyError

    pool = Pool(Faulty, 1, 0)
    with pytest.raises(KeyError):
        pool.take()
    assert not pool.take().closed


def test_closing_closes_all_sooner_or_later() -> None:
    pool = Pool(Line, 2, 0)
    idle, used = pool.take(), pool.take()
    pool.give_back(idle)
    pool.close()
    assert (idle.closed, used.closed) == (True, False)
    pool.give_back(used)
    assert used.closed


def test_a_fork_leaves_behind_what_its_parent_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Pool(Line, 2, 0)
    idle, used = pool.take(), pool.take()
    pool.give_back(idle)
    monkeypatch.setattr(pools, "_pools", [pool])
    pools._after_fork()
    mine = pool.take()
    assert mine not in (idle, used)
    pool.give_back(used)
    pool.give_back(mine)
    pool.close()
    assert (idle.closed, used.closed, mine.closed) == (False, False, True)


def test_those_in_use_are_counted() -> None:
    pool = Pool(Line, 2, 0)
    first, second = pool.take(), pool.take()
    assert pool.used() == 2
    pool.give_back(first)
    assert pool.used() == 1
    pool.drop(second)
    assert pool.used() == 0


def test_one_writer_after_another() -> None:
    pool = Pool(Line, 2, 10, one_writer=True)
    turn = pool.turn()
    assert turn is not None
    threading.Timer(0.01, turn.release).start()
    assert pool.turn() is turn


def test_who_waits_too_long_for_a_turn_is_refused() -> None:
    pool = Pool(Line, 2, 0.01, one_writer=True)
    pool.turn()
    with pytest.raises(DatabaseLocked, match="another thread has been writing all the time"):
        pool.turn()
    pool.leave_behind()  # in a forked child nobody writes yet
    assert pool.turn() is not None


def test_where_all_can_write_at_once_nobody_waits_for_a_turn() -> None:
    assert Pool(Line, 2, 10).turn() is None
