from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordertrail.audit.chain import Chain, Doer
from ordertrail.audit.findings import Found
from ordertrail.audit.rows import Row
from ordertrail.notes import digest
from ordertrail.notes.digest import Entry
from ordertrail.notes.events import BUILT_IN
from ordertrail.orders.model import canonical

TRAIL, ORDER = "0199-trail", "0199-order"
SALT = bytes(16)


def entry(seq: int, **fields: Any) -> Entry:
    """An entry as good as a real one, but for its digest."""
    usual: dict[str, Any] = {
        "type": "System", "event": "OrderGroupOnHold", "category": "order", "channel": "API", "actor_kind": "user",
        "actor_id": "anna", "on_behalf_of": None, "subject": None, "visibility": "internal", "created": seq,
        "recorded": seq, "revises": None, "cause": None, "content": '{"operation":"hold_order"}', "personal": None,
        "personal_salt": None, "actor": '{"label":"Anna"}', "actor_salt": SALT, "digest": b"",
    }  # fmt: skip
    values = usual | fields
    personal, actor = (values[name] and digest.commitment(SALT, values[name]).hex() for name in ("personal", "actor"))
    return Entry(**{"order_id": ORDER, "seq": seq, "commitments": digest.commitments(personal, actor), **values})


def note(seq: int, **fields: Any) -> Entry:
    """A Custom note."""
    return entry(seq, type="Custom", event=None, category="note", **fields)


def chained(entries: Sequence[Entry]) -> list[Row]:
    """The rows of entries, with the digests and texts that they are stored with."""
    before, rows = digest.FIRST, []
    for one in entries:
        committed = one.commitments.strip("[]").replace('"', "").split(",")
        personal, actor = (None if value == "null" else value for value in committed)
        before = digest.entry_digest(before, digest.entry_bytes(TRAIL, one, personal, actor))
        row = one._replace(digest=before)
        rows.append(tuple(value.encode() if isinstance(value, str) else value for value in row))
    return rows


def taken(rows: Sequence[Row], wanted: frozenset[int] = frozenset()) -> tuple[Chain, list[tuple[str, int | None]]]:
    """The chain of an order with these entries, and what was found; its log is as it should be."""
    found, tag = Found(), digest.order_tag(TRAIL, ORDER)
    log = [(b"", row[1], i, digest.leaf_hash(digest.leaf(tag, row[1], row[-1]))) for i, row in enumerate(rows)]
    chain = Chain(TRAIL, ORDER.encode(), found=found, erasures={}, log=log, wanted=wanted)
    for row in rows:
        chain.take(row)
    chain.close()
    return chain, [(finding.code, finding.seq) for finding in found.findings()]


def found_in(*entries: Entry) -> list[tuple[str, int | None]]:
    """What is found of entries whose digests are right."""
    return taken(chained(entries))[1]


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
MAYBE = st.none() | TEXT


@given(st.fixed_dictionaries({
    "event": TEXT.filter(bool), "channel": TEXT, "actor_id": TEXT, "on_behalf_of": MAYBE, "subject": MAYBE,
    "cause": MAYBE, "created": st.integers(0, 2**53), "recorded": st.integers(0, 2**53),
    "content": st.dictionaries(TEXT.filter(str.isascii), TEXT).map(canonical).map(bytes.decode),
    "personal": st.none() | st.lists(TEXT).map(canonical).map(bytes.decode),
}))  # fmt: skip
def test_any_entry_is_spelt_as_it_was_hashed(fields: dict[str, Any]) -> None:
    salt = None if fields["personal"] is None else SALT
    found = found_in(entry(1, category="order", personal_salt=salt, **fields))
    assert ("digest-differs", 1) not in found
    assert ("personal-differs", 1) not in found


def test_what_the_entries_lead_to_is_kept() -> None:
    changing = entry(2, content='{"changes":[["/status",null,"OnHold"]],"operation":"hold_order"}', created=7)
    rows = chained([note(1), changing, entry(3, created=7, recorded=9)])
    chain, found = taken(rows, wanted=frozenset({2, 5}))
    assert found == []
    assert (chain.entries, chain.seq, chain.created, chain.recorded, chain.head) == (3, 3, 7, 9, rows[-1][-1])
    assert (chain.sum.document, chain.sum.changed_seq) == ({"status": "OnHold"}, 2)
    assert chain.doers == {2: Doer(b"user", b"anna", 2, "hold_order")}


def test_an_entry_that_is_missing_is_named_and_the_next_one_is_not_blamed() -> None:
    first, _, third, fourth = chained([entry(1), entry(2), entry(3), entry(4)])
    assert taken([first, third, fourth])[1] == [("seq-gap", 2)]


@pytest.mark.parametrize("name", ["created", "recorded"])
def test_times_do_not_fall(name: str) -> None:
    assert found_in(entry(1, **{name: 5}), entry(2, **{name: 5}), entry(3, **{name: 4})) == [("time-falls", 3)]


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "Other"},
        {"category": "other thing"},
        {"visibility": "public"},
        {"actor_kind": "robot"},
        {"event": None},
        {"event": ""},
        {"category": "payment"},
        {"type": "Custom", "category": "note"},
        {"type": "Custom", "event": None},
        {"type": "Custom", "event": None, "category": "note", "content": '{"changes":[]}'},
    ],
)
def test_kinds_that_do_not_go_together(fields: dict[str, Any]) -> None:
    assert found_in(entry(1, **fields)) == [("kind-differs", 1)]


def test_an_event_type_that_is_not_built_in_may_have_any_category() -> None:
    assert found_in(entry(1, event="vendor.Weighed", category="shipment")) == []


@pytest.mark.parametrize(("revises", "sound"), [(1, True), (2, False), (3, False), (4, False), (0, False)])
def test_only_an_earlier_note_is_revised(revises: int, sound: bool) -> None:
    entries = [note(1), entry(2), entry(3, event="NoteUpdated", category="note", revises=revises), note(4)]
    assert found_in(*entries) == ([] if sound else [("revises-differs", 3)])


def test_a_reference_to_a_personal_part_that_never_was() -> None:
    assert found_in(entry(1, content='{"data":{"title":{"$personal":0}}}')) == [("personal-differs", 1)]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"content": "[]"}, "unreadable"),
        ({"content": '{"changes":7}'}, "unreadable"),
        ({"content": '{"b":1,"a":1}'}, "not-canonical"),
        ({"personal": "{}", "personal_salt": SALT}, "unreadable"),
        ({"personal": '["a" ]', "personal_salt": SALT}, "not-canonical"),
        ({"actor": "7"}, "unreadable"),
        ({"actor": '{"label":"a","label":"b"}'}, "not-canonical"),
    ],
)
def test_texts_that_are_not_what_they_should_be(fields: dict[str, Any], code: str) -> None:
    assert found_in(entry(1, **fields)) == [(code, 1)]


@pytest.mark.parametrize("name", ["channel", "cause", "event"])
def test_bytes_that_are_no_text_are_named(name: str) -> None:
    place = Entry._fields.index(name)
    (row,) = chained([entry(1, cause="c")])
    assert taken([(*row[:place], b"\xff", *row[place + 1 :])])[1] == [("unreadable", 1)]


ERASES = {"event": "PersonalDataErased", "category": BUILT_IN["PersonalDataErased"].category.value}


@pytest.mark.parametrize("data", ["", ',"data":{}', ',"data":{"erased":[]}', ',"data":{"erased":{"actor":[[]]}}'])
def test_an_erasing_entry_without_a_list_of_what_it_erased(data: str) -> None:
    content = "{" + data.removeprefix(",") + "," * bool(data) + '"operation":"erase_personal_data"}'
    assert found_in(entry(1, **ERASES, content=content)) == [("unreadable", 1)]


def test_an_erasing_entry_says_what_it_erased() -> None:
    content = '{"data":{"erased":%s},"operation":"erase_personal_data"}'
    assert found_in(entry(1, **ERASES, content=content % "{}")) == []
    assert found_in(entry(1), entry(2, **ERASES, content=content % '{"actor":[1]}')) == [("erasure-differs", 2)]


def test_times_before_1970_run_on_like_others() -> None:
    assert found_in(entry(1, created=-5, recorded=-3), entry(2, created=-5, recorded=0)) == []
    assert found_in(entry(1, created=-5), entry(2, created=-6)) == [("time-falls", 2)]
