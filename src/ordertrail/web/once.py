"""What the service itself does under an idempotency key: users, tokens, links and webhooks are made once.

Operations on orders have keys of their own, kept with the record. These are kept with the service, for as long.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from sqlalchemy import delete, insert, select, update

from ordertrail.errors import IdempotencyKeyReused, OrderTrailError, StoreError
from ordertrail.notes.times import micros
from ordertrail.trail import OrderTrail
from ordertrail.web.asking import AnyRequest, options
from ordertrail.web.auth.caller import Caller
from ordertrail.web.auth.errors import NotKnownWhetherDone
from ordertrail.web.auth.sealing import mac

PURPOSE = "idempotency"

T = TypeVar("T", bound=msgspec.Struct)


def once(
    trail: OrderTrail,
    who: Caller,
    request: AnyRequest,
    body: bytes,
    do: Callable[[], T],
    kind: type[T],
    kept: Callable[[T], T] = lambda answer: answer,
) -> T:
    """What `do` gives; and under the key that the request has, what it gave when the same was asked for first.

    `kept` takes out of an answer of this `kind` what is shown once only. Raises IdempotencyKeyReused for another body,
    and NotKnownWhetherDone where the service broke off while it was done.
    """
    key = options(request).get("idempotency_key")
    if key is None:
        return do()
    # With a secret, as a body may hold a password, which a plain digest would let others try out.
    digest = mac(trail, PURPOSE, b"\0".join([request.method.encode(), request.url.path.encode(), body]))
    row = {"actor_kind": str(who.actor.kind), "actor_id": who.actor.id, "key": key}
    found = _begun(trail, row, digest)
    if found is not None:
        return msgspec.json.decode(found, type=kind)
    try:
        answer = do()
    except StoreError:
        raise  # whether it was done is not known
    except OrderTrailError:
        _end(trail, row, None)
        raise
    _end(trail, row, msgspec.json.encode(kept(answer)).decode())
    return answer


def _begun(trail: OrderTrail, row: dict[str, str], digest: bytes) -> str | None:
    """The answer that was given; None where this is the first time: then that is noted."""
    answers = trail.store.tables.service_answers
    with trail.store.writing() as transaction:
        rows = transaction.rows(select(answers.c.digest, answers.c.answer).where(*_is(answers, row)))
        if not rows:
            now = micros(trail.clock())
            transaction.execute(insert(answers).values(**row, digest=digest, created=now))
            return None
    kept, answer = bytes(rows[0][0]), rows[0][1]
    if kept != digest:
        raise IdempotencyKeyReused("this key was used before for something else: take a new key for a new request")
    if answer is None:
        raise NotKnownWhetherDone("this was begun under the same key: look whether it was done, and take a new key")
    return str(answer)


def _end(trail: OrderTrail, row: dict[str, str], answer: str | None) -> None:
    """Keep the answer; without one nothing was done, and the key is free again."""
    answers = trail.store.tables.service_answers
    ended: Any = delete(answers) if answer is None else update(answers).values(answer=answer)
    with trail.store.writing() as transaction:
        transaction.execute(ended.where(*_is(answers, row)))


def _is(answers: Any, row: dict[str, str]) -> list[Any]:
    return [answers.c[name] == value for name, value in row.items()]


def forget(trail: OrderTrail, before: int) -> int:
    """Forget the answers given before a time, in microseconds since 1970; how many."""
    answers = trail.store.tables.service_answers
    with trail.store.writing() as transaction:
        return transaction.execute(delete(answers).where(answers.c.created < before))
