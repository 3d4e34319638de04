"""Whatever an owner of the database does past the guards without computing everything anew, verify names."""

import json
from collections.abc import Iterator

import msgspec
import pytest

from ordertrail import OrderTrail
from ordertrail.notes import digest
from tests.fault.tampering import Shop, Tampering, fill, past_the_guards
from tests.shops import ENGINES, open_shop


@pytest.fixture(scope="module", params=ENGINES)
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Orders of all kinds; each test undoes what it does."""
    with open_shop(request, tmp_path_factory) as trail:
        yield fill(trail)


@pytest.fixture
def tampering(shop: Shop) -> Iterator[Tampering]:
    """A transaction past the guards of the shop."""
    with past_the_guards(shop.trail) as found:
        yield found


def of(order_id: str | None, *codes: str) -> set[tuple[str | None, str]]:
    """These codes for one order."""
    return {(order_id, code) for code in codes}


def seq_of(trail: OrderTrail, order_id: str, code: str) -> int | None:
    """The first wrong entry."""
    return next(f.seq for f in trail.verify(order_id).findings if f.code == code)


def test_nothing_was_done(tampering: Tampering) -> None:
    assert tampering.found() == set()


def test_missing_guards_are_a_finding_and_said(shop: Shop, tampering: Tampering) -> None:
    verified = tampering.trail.verify(shop.plain)
    assert [finding.code for finding in verified.findings] == ["guards-missing"]
    assert not verified.sound
    assert "missing or altered" in verified.guards


# Entries


def test_content_edited(shop: Shop, tampering: Tampering) -> None:
    entry = tampering.entries(shop.plain)[2]
    tampering.replace(entry._replace(content=entry.content.replace("put on hold", "put aside")))
    assert tampering.found() == of(shop.plain, "digest-differs")
    assert seq_of(tampering.trail, shop.plain, "digest-differs") == 3


def test_content_edited_and_that_digest_recomputed(shop: Shop, tampering: Tampering) -> None:
    entries = tampering.entries(shop.plain)
    edited = entries[2]._replace(content=entries[2].content.replace("put on hold", "put aside"))
    tampering.replace(edited)
    later = entries[3:]
    tampering.chain_again(shop.plain, first=3)
    for entry in later:
        tampering.replace(entry)
    assert tampering.found() == of(shop.plain, "digest-differs", "leaf-differs")
    assert seq_of(tampering.trail, shop.plain, "digest-differs") == 4
    assert seq_of(tampering.trail, shop.plain, "leaf-differs") == 3


def test_content_edited_and_all_digests_recomputed(shop: Shop, tampering: Tampering) -> None:
    entry = tampering.entries(shop.plain)[2]
    tampering.replace(entry._replace(content=entry.content.replace("put on hold", "put aside")))
    tampering.chain_again(shop.plain, first=3)
    assert tampering.found() == of(shop.plain, "leaf-differs", "head-differs")


def test_a_change_edited_and_everything_but_the_order_recomputed(shop: Shop, tampering: Tampering) -> None:
    entry = tampering.entries(shop.plain)[2]
    tampering.replace(
        entry._replace(content=entry.content.replace('"InProgress","OnHold"', '"InProgress","Cancelled"'))
    )
    tampering.chain_again(shop.plain, first=3)
    tampering.follow(shop.plain)
    assert tampering.found() == of(shop.plain, "before-differs")
    assert seq_of(tampering.trail, shop.plain, "before-differs") == 5


def test_the_order_s_last_change_edited_and_everything_but_the_order_recomputed(
    shop: Shop, tampering: Tampering
) -> None:
    entry = tampering.entries(shop.keyed)[1]
    assert "4711" in entry.content
    tampering.replace(entry._replace(content=entry.content.replace("4711", "4712")))
    tampering.chain_again(shop.keyed, first=2)
    tampering.follow(shop.keyed)
    assert tampering.found() == of(shop.keyed, "document-differs")
    finding = next(f for f in tampering.trail.verify(shop.keyed).findings if f.code == "document-differs")
    assert "/references/erp" in finding.sentence
    assert "4712" not in finding.sentence


def test_everything_recomputed_is_what_cannot_be_excluded_yet(shop: Shop, tampering: Tampering) -> None:
    entry = tampering.entries(shop.plain)[1]
    tampering.replace(entry._replace(channel="Telephone"))
    tampering.chain_again(shop.plain, first=2)
    tampering.follow(shop.plain)
    assert tampering.found() == set()
    assert any("computed anew" in sentence for sentence in tampering.trail.verify().not_excluded)


def test_content_spelt_otherwise(shop: Shop, tampering: Tampering) -> None:
    entry = tampering.entries(shop.plain)[2]
    tampering.replace(entry._replace(content=entry.content.replace('":', '": ', 1)))
    tampering.chain_again(shop.plain, first=3)
    tampering.follow(shop.plain)
    assert tampering.found() == of(shop.plain, "not-canonical")


def test_a_key_that_stands_twice(shop: Shop, tampering: Tampering) -> None:
    entry = tampering.entries(shop.plain)[2]
    tampering.replace(entry._replace(content='{"operation":"x",' + entry.content[1:]))
    tampering.chain_again(shop.plain, first=3)
    tampering.follow(shop.plain)
    assert tampering.found() == of(shop.plain, "not-canonical")
    sentences = [finding.sentence for finding in tampering.trail.verify(shop.plain).findings]
    assert "the content of entry 3 is not canonical JSON: the key 'operation' stands twice" in sentences


@pytest.mark.parametrize("content", ["[]", "{", '{"a":1.5}', '"text"', '{"changes":[["/a",null]]}', '{"changes":7}'])
def test_content_that_is_none(shop: Shop, tampering: Tampering, content: str) -> None:
    last = tampering.entries(shop.keyed)[-1]
    tampering.replace(last._replace(content=content))
    tampering.chain_again(shop.keyed, first=last.seq)
    tampering.follow(shop.keyed)
    assert (shop.keyed, "unreadable") in tampering.found()


def test_entries_swapped(shop: Shop, tampering: Tampering) -> None:
    third, fourth = tampering.entries(shop.plain)[2:4]
    tampering.replace(third._replace(seq=4))
    tampering.replace(fourth._replace(seq=3))
    found = tampering.found()
    assert found >= of(shop.plain, "digest-differs", "leaf-differs")
    assert {order for order, _ in found} == {shop.plain}
    assert seq_of(tampering.trail, shop.plain, "digest-differs") == 3


def test_entry_inserted_at_the_end(shop: Shop, tampering: Tampering) -> None:
    last = tampering.entries(shop.plain)[-1]
    tampering.add(tampering.tables.order_notes, **last._replace(seq=last.seq + 1)._asdict())
    tampering.chain_again(shop.plain, first=last.seq + 1)
    assert tampering.found() == of(shop.plain, "version-differs", "head-differs", "log-missing")


def test_entry_inserted_in_the_middle(shop: Shop, tampering: Tampering) -> None:
    entries = tampering.entries(shop.plain)
    for entry in reversed(entries[3:]):
        where = {"order_id": shop.plain, "seq": entry.seq}
        tampering.change(tampering.tables.order_notes, where, seq=entry.seq + 1)
    tampering.add(tampering.tables.order_notes, **entries[3]._asdict())
    assert tampering.found() >= of(shop.plain, "digest-differs", "leaf-differs", "log-missing")


def test_middle_entry_removed(shop: Shop, tampering: Tampering) -> None:
    tampering.remove(tampering.tables.order_notes, order_id=shop.plain, seq=3)
    assert tampering.found() >= of(shop.plain, "seq-gap", "log-extra")
    assert seq_of(tampering.trail, shop.plain, "seq-gap") == 3
    assert seq_of(tampering.trail, shop.plain, "log-extra") == 3


def test_first_entry_removed(shop: Shop, tampering: Tampering) -> None:
    tampering.remove(tampering.tables.order_notes, order_id=shop.plain, seq=1)
    assert tampering.found() >= of(shop.plain, "seq-gap", "log-extra", "document-differs")


def test_middle_entry_removed_and_the_others_moved_up(shop: Shop, tampering: Tampering) -> None:
    notes = tampering.tables.order_notes
    tampering.remove(notes, order_id=shop.plain, seq=6)
    for seq in range(7, 9):
        tampering.change(notes, {"order_id": shop.plain, "seq": seq}, seq=seq - 1)
    tampering.chain_again(shop.plain, first=6)
    found = tampering.found()
    assert found >= of(shop.plain, "before-differs", "leaf-differs", "log-extra", "version-differs", "head-differs")


def test_tail_removed(shop: Shop, tampering: Tampering) -> None:
    notes = tampering.tables.order_notes
    tampering.remove(notes, notes.c.seq > 7, order_id=shop.plain)
    expected = of(shop.plain, "version-differs", "head-differs", "column-differs", "log-extra")
    assert tampering.found() == expected
    assert seq_of(tampering.trail, shop.plain, "version-differs") == 7


def test_tail_removed_and_the_order_rewritten(shop: Shop, tampering: Tampering) -> None:
    cut_tail(shop, tampering)
    assert tampering.found() == of(shop.plain, "log-extra")


def test_tail_removed_everywhere_is_what_cannot_be_excluded_yet(shop: Shop, tampering: Tampering) -> None:
    cut_tail(shop, tampering)
    for table in tampering.log_tables():
        tampering.remove(table, table.c.seq > 7, order_id=shop.plain)
    size = tampering.row(tampering.tables.log_head)["size"]
    if not tampering.tables.schema:
        assert tampering.found() == of(None, "log-size-differs")
        tampering.change(tampering.tables.log_head, {}, size=size - 1)
    assert tampering.found() == set()
    assert any("removed" in sentence for sentence in tampering.trail.verify().not_excluded)


def cut_tail(shop: Shop, tampering: Tampering) -> None:
    """Remove the order's last entry, a note, and rewrite the order to match."""
    notes = tampering.tables.order_notes
    tampering.remove(notes, notes.c.seq > 7, order_id=shop.plain)
    last = tampering.entries(shop.plain)[-1]
    tampering.change(
        tampering.tables.orders, {"order_id": shop.plain},
        version=last.seq, head=last.digest, last_activity=last.created, last_recorded=last.recorded,
    )  # fmt: skip


def test_all_entries_removed(shop: Shop, tampering: Tampering) -> None:
    tampering.remove(tampering.tables.order_notes, order_id=shop.plain)
    assert tampering.found() == of(shop.plain, "no-entries", "log-extra")


def test_order_removed_but_not_its_entries(shop: Shop, tampering: Tampering) -> None:
    tampering.remove(tampering.tables.orders, order_id=shop.plain)
    assert tampering.found() == of(shop.plain, "no-order", "number-differs")


def test_whole_order_removed_but_not_from_the_log(shop: Shop, tampering: Tampering) -> None:
    for table in (tampering.tables.orders, tampering.tables.order_notes, tampering.tables.order_numbers):
        tampering.remove(table, order_id=shop.plain)
    assert tampering.found() == of(shop.plain, "log-extra")


def test_whole_order_removed_leaves_a_gap_in_the_log(shop: Shop, tampering: Tampering) -> None:
    tables = tampering.tables
    for table in (tables.orders, tables.order_notes, tables.order_numbers, *tampering.log_tables()):
        tampering.remove(table, order_id=shop.plain)
    assert tampering.found() == (set() if tables.schema else of(None, "log-gap", "log-size-differs"))


def test_order_added_without_entries(shop: Shop, tampering: Tampering) -> None:
    row = tampering.row(tampering.tables.orders, order_id=shop.plain)
    tampering.add(tampering.tables.orders, **{**row, "order_id": "another", "number": "PO-another"})
    assert tampering.found() == of("another", "no-entries")


# Parts that may be erased


def test_personal_text_changed(shop: Shop, tampering: Tampering) -> None:
    entry = tampering.entries(shop.plain)[1]
    assert entry.personal is not None
    tampering.replace(entry._replace(personal=entry.personal.replace("12", "13")))
    assert tampering.found() == of(shop.plain, "personal-differs")
    assert seq_of(tampering.trail, shop.plain, "personal-differs") == 2


def test_actor_changed(shop: Shop, tampering: Tampering) -> None:
    tampering.replace(tampering.entries(shop.plain)[1]._replace(actor='{"label":"bert"}'))
    assert tampering.found() == of(shop.plain, "actor-differs")


def test_salts_changed(shop: Shop, tampering: Tampering) -> None:
    tampering.replace(tampering.entries(shop.plain)[1]._replace(personal_salt=bytes(16), actor_salt=bytes(16)))
    assert tampering.found() == of(shop.plain, "personal-differs", "actor-differs")


def test_commitments_changed(shop: Shop, tampering: Tampering) -> None:
    tampering.replace(tampering.entries(shop.plain)[1]._replace(commitments="[null,null]"))
    found = tampering.found()
    assert found == of(shop.plain, "personal-differs", "actor-differs", "digest-differs")


def test_commitments_that_are_none(shop: Shop, tampering: Tampering) -> None:
    tampering.replace(tampering.entries(shop.plain)[1]._replace(commitments="{}"))
    assert tampering.found() == of(shop.plain, "commitments-differ", "digest-differs")


def test_commitments_spelt_otherwise(shop: Shop, tampering: Tampering) -> None:
    entry = tampering.entries(shop.plain)[1]
    tampering.replace(entry._replace(commitments=entry.commitments.replace(",", ", ")))
    assert tampering.found() == of(shop.plain, "commitments-differ", "digest-differs")


def test_erased_without_listing(shop: Shop, tampering: Tampering) -> None:
    tampering.replace(tampering.entries(shop.plain)[1]._replace(personal=None, personal_salt=None))
    assert tampering.found() == of(shop.plain, "erased-unlisted")


def test_erased_but_for_the_salt(shop: Shop, tampering: Tampering) -> None:
    tampering.replace(tampering.entries(shop.plain)[1]._replace(personal=None))
    assert tampering.found() == of(shop.plain, "salt-differs")


def test_listing_removed(shop: Shop, tampering: Tampering) -> None:
    tampering.remove(tampering.tables.erasures, order_id=shop.erased)
    assert tampering.found() == of(shop.erased, "erased-unlisted", "erasure-differs", "idempotency-differs")


def test_listed_without_being_erased(shop: Shop, tampering: Tampering) -> None:
    listing = tampering.row(tampering.tables.erasures, order_id=shop.erased)
    tampering.add(tampering.tables.erasures, **{**listing, "seq": 5})
    found = tampering.found()
    assert found == of(shop.erased, "listed-not-erased", "erasure-differs")


def test_listed_what_never_was(shop: Shop, tampering: Tampering) -> None:
    erasures = tampering.tables.erasures
    tampering.add(erasures, order_id=shop.plain, seq=3, part="actor", erased_by=5)
    tampering.add(erasures, order_id=shop.keyed, seq=99, part="personal", erased_by=100)
    assert tampering.found() == of(shop.plain, "listed-not-erased") | of(
        shop.keyed, "erasure-unfounded", "idempotency-differs"
    )


def test_erased_by_an_entry_that_erases_nothing(shop: Shop, tampering: Tampering) -> None:
    plain = tampering.entries(shop.plain)[1]
    tampering.replace(plain._replace(personal=None, personal_salt=None))
    tampering.add(tampering.tables.erasures, order_id=shop.plain, seq=2, part="personal", erased_by=3)
    assert tampering.found() == of(shop.plain, "erasure-unfounded")


def test_a_later_note_hidden_behind_an_old_erasure(shop: Shop, tampering: Tampering) -> None:
    erasures = tampering.tables.erasures
    desk = tampering.trail.acting("anna", channel="Order Management")
    order = shop.erased
    listing = tampering.row(erasures, order_id=order)
    everything = {"actor": [1, 2, 3], "personal": [1, 2, 3]}
    assert json.loads(tampering.entries(order)[listing["erased_by"] - 1].content)["data"]["erased"] == everything
    last = desk.erase_personal_data(order, reason="erasure-request", entries=[1]).version
    assert json.loads(tampering.entries(order)[last - 1].content)["data"]["erased"] == {}
    note = tampering.entries(order)[4]
    tampering.replace(note._replace(personal=None, personal_salt=None))
    tampering.add(erasures, order_id=order, seq=5, part="personal", erased_by=last)
    assert tampering.found() >= of(order, "erasure-differs")


def test_an_erased_text_put_back(shop: Shop, tampering: Tampering) -> None:
    first = tampering.entries(shop.erased)[0]
    assert first.personal is None
    salt = bytes(16)
    tampering.replace(first._replace(personal='["Zoe"]', personal_salt=salt))
    assert tampering.found() >= of(shop.erased, "listed-not-erased", "personal-differs")


# The order as it stands


def test_document_changed(shop: Shop, tampering: Tampering) -> None:
    document = tampering.row(tampering.tables.orders, order_id=shop.plain)["document"]
    changed = msgspec.json.decode(document)
    changed["customer"]["name"] = "Somebody Else"
    edited = msgspec.json.encode(changed, order="sorted").decode()
    tampering.change(tampering.tables.orders, {"order_id": shop.plain}, document=edited)
    assert tampering.found() == of(shop.plain, "document-differs")
    sentences = [finding.sentence for finding in tampering.trail.verify(shop.plain).findings]
    assert "the document is not the sum of the entries' changes: /customer/name" in sentences


@pytest.mark.parametrize(("old", "new", "why"), [('":', '": ', "spelt otherwise"), ("{", "", "cannot be read")])
def test_document_spelt_otherwise(shop: Shop, tampering: Tampering, old: str, new: str, why: str) -> None:
    document = tampering.row(tampering.tables.orders, order_id=shop.plain)["document"]
    edited = document.replace(old, new, 1)
    tampering.change(tampering.tables.orders, {"order_id": shop.plain}, document=edited)
    assert tampering.found() == of(shop.plain, "document-differs")
    assert any(why in finding.sentence for finding in tampering.trail.verify(shop.plain).findings)


def test_numbers_swapped(shop: Shop, tampering: Tampering) -> None:
    numbers = tampering.tables.order_numbers
    one, other = (tampering.row(numbers, order_id=order)["number"] for order in (shop.plain, shop.keyed))
    tampering.change(numbers, {"number": one}, order_id=shop.keyed)
    tampering.change(numbers, {"number": other}, order_id=shop.plain)
    codes = ("number-missing", "number-differs")
    assert tampering.found() == of(shop.plain, *codes) | of(shop.keyed, *codes)


def test_number_that_leads_nowhere(shop: Shop, tampering: Tampering) -> None:
    tampering.add(tampering.tables.order_numbers, number="PO1", order_id="nowhere")
    assert tampering.found() == of("nowhere", "number-differs")


def test_second_number(shop: Shop, tampering: Tampering) -> None:
    tampering.add(tampering.tables.order_numbers, number="PO1", order_id=shop.plain)
    assert tampering.found() == of(shop.plain, "number-differs")


# The log


def test_place_in_the_log_removed(shop: Shop, tampering: Tampering) -> None:
    for table in tampering.log_tables():
        tampering.remove(table, order_id=shop.plain, seq=2)
    found = tampering.found()
    assert found >= of(shop.plain, "log-missing")
    assert seq_of(tampering.trail, shop.plain, "log-missing") == 2


def test_places_in_the_log_swapped(shop: Shop, tampering: Tampering) -> None:
    table = tampering.log_tables()[-1]
    key = next(iter(table.primary_key)).name
    one, other = (tampering.row(table, order_id=shop.plain, seq=seq) for seq in (2, 3))
    for row, seq in ((one, 2), (other, 3)):
        tampering.remove(table, order_id=shop.plain, seq=seq)
        del row["seq"]
    tampering.add(table, **one, seq=3)
    tampering.add(table, **other, seq=2)
    assert key in one
    assert tampering.found() == of(shop.plain, "log-order", "leaf-differs")


def test_leaf_of_another_order(shop: Shop, tampering: Tampering) -> None:
    tag = digest.order_tag(tampering.trail.store.trail_id, shop.keyed)
    entry = tampering.entries(shop.plain)[1]
    leaf = digest.leaf_hash(digest.leaf(tag, 2, entry.digest))
    tampering.change(tampering.log_tables()[-1], {"order_id": shop.plain, "seq": 2}, leaf=leaf)
    assert tampering.found() == of(shop.plain, "leaf-differs")


def test_second_trail(shop: Shop, tampering: Tampering) -> None:
    tampering.add(tampering.tables.trail, trail_id="another", created=0)
    assert tampering.found() == of(None, "trail-differs")


def test_trail_of_another_name(shop: Shop, tampering: Tampering) -> None:
    tampering.change(tampering.tables.trail, {}, trail_id="another")
    assert tampering.found() == of(None, "trail-differs")
    tampering.trail.store.trail_id = "another"  # as if it were opened now
    found = tampering.found()
    for order in (shop.plain, shop.erased, shop.keyed, *shop.others):
        assert found >= of(order, "digest-differs", "leaf-differs")


def test_size_of_the_log_removed(shop: Shop, tampering: Tampering) -> None:
    tampering.remove(tampering.tables.log_head)
    assert tampering.found() == of(None, "log-size-differs")


# One order


def test_one_order_is_verified_alone(shop: Shop, tampering: Tampering) -> None:
    tampering.change(tampering.tables.orders, {"order_id": shop.plain}, market="SE")
    assert tampering.found(shop.keyed) == set()
    assert tampering.found(shop.plain) == of(shop.plain, "column-differs")
