from collections.abc import Mapping
from itertools import product

import pytest

from ordertrail.audit.findings import Found
from ordertrail.audit.parts import Parts
from ordertrail.notes.digest import commitment, commitments

SALT, OTHER_SALT = bytes(range(16)), bytes(16)
PERSONAL, ACTOR = '["Mercy"]', '{"label":"anna"}'
BOUND = commitments(commitment(SALT, PERSONAL).hex(), commitment(OTHER_SALT, ACTOR).hex()).encode()
ONLY_ACTOR = commitments(None, commitment(OTHER_SALT, ACTOR).hex()).encode()

Part = tuple[str | None, bytes | None]
WHOLE: Part = (PERSONAL, SALT)
GONE: Part = (None, None)


def found(
    personal: Part = WHOLE,
    actor: Part = (ACTOR, OTHER_SALT),
    bound: bytes = BOUND,
    erasures: Mapping[tuple[int, bytes], int] | None = None,
    said: set[tuple[int, bytes]] | None = None,
) -> list[tuple[str, int | None]]:
    """What is found of entry 1, when entry 5 erases, and says so of what is listed, or of what is `said`."""
    gathered = Found()
    parts = Parts(gathered, erasures or {})
    raw = [None if text is None else text.encode() for text, _ in (personal, actor)]
    parts.check(1, raw[0], personal[1], raw[1], actor[1], bound)
    parts.close({5: {part for part, eraser in (erasures or {}).items() if eraser == 5} if said is None else said})
    return [(finding.code, finding.seq) for finding in gathered.findings()]


def test_parts_that_are_there_or_never_were() -> None:
    assert found() == []
    assert found(GONE, bound=ONLY_ACTOR) == []


def test_parts_that_are_erased_and_listed() -> None:
    assert found(GONE, erasures={(1, b"personal"): 5}) == []
    assert found(GONE, GONE, erasures={(1, b"personal"): 5, (1, b"actor"): 5}) == []


@pytest.mark.parametrize(
    ("personal", "bound", "erasures", "code"),
    [
        (('["Bo"]', SALT), BOUND, {}, "personal-differs"),
        ((PERSONAL, OTHER_SALT), BOUND, {}, "personal-differs"),
        (WHOLE, ONLY_ACTOR, {}, "personal-differs"),
        ((PERSONAL, None), BOUND, {}, "salt-differs"),
        ((None, SALT), BOUND, {}, "salt-differs"),
        (GONE, BOUND, {}, "erased-unlisted"),
        (WHOLE, BOUND, {(1, b"personal"): 5}, "listed-not-erased"),
        (GONE, ONLY_ACTOR, {(1, b"personal"): 5}, "erasure-unfounded"),
        (GONE, BOUND, {(1, b"personal"): 4}, "erasure-unfounded"),
        (GONE, BOUND, {(1, b"personal"): 1}, "erasure-unfounded"),
        (WHOLE, BOUND, {(2, b"personal"): 5}, "erasure-unfounded"),
        (WHOLE, BOUND, {(1, b"other"): 5}, "erasure-unfounded"),
        (WHOLE, BOUND.replace(b",", b", "), {}, "commitments-differ"),
        (WHOLE, b"[null]", {}, "commitments-differ"),
        (WHOLE, b"\xff", {}, "commitments-differ"),
    ],
)
def test_what_is_wrong_is_found(
    personal: Part, bound: bytes, erasures: dict[tuple[int, bytes], int], code: str
) -> None:
    codes = [its_code for its_code, _ in found(personal, bound=bound, erasures=erasures)]
    assert codes == [code]


def test_a_wrong_actor_is_told_from_a_wrong_personal_part() -> None:
    assert found(actor=('{"label":"bert"}', OTHER_SALT)) == [("actor-differs", 1)]


def test_what_an_entry_says_it_erased_is_what_is_listed_both_ways() -> None:
    listed = {(1, b"personal"): 5}
    assert found(GONE, erasures=listed, said={(1, b"personal")}) == []
    assert found(GONE, erasures=listed, said=set()) == [("erasure-differs", 5)]
    assert found(GONE, erasures=listed, said={(1, b"actor")}) == [("erasure-differs", 5)]
    assert found(said={(1, b"personal")}) == [("erasure-differs", 5)]


def test_nothing_but_what_is_right_passes() -> None:
    texts: list[str | None] = [None, PERSONAL, ACTOR]
    salts: list[bytes | None] = [None, SALT, OTHER_SALT]
    sound = [
        (personal, salt, actor, actor_salt)
        for personal, salt, actor, actor_salt in product(texts, salts, texts, salts)
        if not found((personal, salt), (actor, actor_salt))
    ]
    assert sound == [(PERSONAL, SALT, ACTOR, OTHER_SALT)]


def test_a_salt_without_its_part_is_found_even_if_nothing_was_committed() -> None:
    nothing = commitments(None, None).encode()
    assert found(GONE, GONE, nothing) == []
    assert found(GONE, (ACTOR, None), nothing) == [("salt-differs", 1)]
    assert found(GONE, (None, OTHER_SALT), nothing) == [("salt-differs", 1)]
