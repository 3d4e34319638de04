"""Steps become entries: chained, with what changed, and with nothing personal in what stays for ever."""

import json
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from itertools import count
from typing import Any

import msgspec
import pytest

from ordertrail.notes.digest import FIRST, Entry, commitment, entry_bytes, entry_digest, leaf, leaf_hash, order_tag
from ordertrail.notes.model import Actor, ActorKind
from ordertrail.notes.reading import changes_of, open_content
from ordertrail.notes.times import micros
from ordertrail.orders.changes import apply, personal_tree
from ordertrail.orders.model import Order, canonical
from ordertrail.recording import Before, Occasion, record
from ordertrail.store.base import Change, StoredOrder
from tests.unit.orders.builders import EARLIER, NOW, act, context, last, note, paid, placed, shipment, shipped
from tests.unit.orders.walking import EVENTS, SEEDS, Happening, walked

TRAIL = "018f2b6e-7c10-7a55-9d3b-5a1f0c2e4b6d"
ANNA = Actor(id="anna", label="Anna Andersen", address="192.0.2.7", user_agent="Browser")


def occasion(operation: str = "place_order", **fields: Any) -> Occasion:
    """Anna at work, whose salts are 1, 2, 3 …"""
    numbers = count(1)
    usual = {
        "trail_id": TRAIL,
        "actor": ANNA,
        "channel": "Order Management",
        "cause": "request-7",
        "created": NOW,
        "recorded": NOW,
        "events": EVENTS,
        "tree": personal_tree(),
        "salt": lambda: next(numbers).to_bytes(16, "big"),
    }
    return Occasion(operation=operation, **{**usual, **fields})


def stored(change: Change) -> StoredOrder:
    """What is stored once a change was written."""
    row = change.order
    return StoredOrder(
        row.order_id, row.version, row.changed_seq, row.head, row.last_activity, row.last_recorded, row.document
    )


def begun(**fields: Any) -> tuple[Order, Change]:
    """An order just placed, and what was recorded of it."""
    steps = act(None, "place_order", **{"market": "US", "currency": "USD", **fields})
    return last(steps), record(occasion(), Before(), steps)


def contents(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """What stays of the entries for ever."""
    return [json.loads(entry.content) for entry in entries]


RICH: dict[str, Any] = {
    "customer": {"id": "C1", "name": "Mercy", "email": "m@example.com"},
    "line_items": {"1": {"sku": "T", "name": "Tent", "quantity": 2, "unit_price": "100.00"}},
    "shipments": {"1": shipment(awaiting_inventory=True), "2": shipment()},
    "hold": {"code": "fraud", "comment": "third card"},
}


def test_each_step_is_an_entry_of_the_next_seq() -> None:
    _, change = begun(**RICH)
    assert change.expected == 0
    assert [(entry.seq, entry.type, entry.event, entry.category, entry.subject) for entry in change.entries] == [
        (1, "System", "OrderGroupCreated", "order", None),
        (2, "System", "ShipmentAwaitingInventory", "shipment", "shipment/1"),
        (3, "System", "OrderGroupOnHold", "order", None),
    ]
    for entry in change.entries:
        assert (entry.order_id, entry.channel, entry.actor_kind, entry.actor_id, entry.cause) == (
            "order-1", "Order Management", "user", "anna", "request-7",
        )  # fmt: skip
        assert (entry.created, entry.recorded, entry.visibility, entry.revises) == (
            micros(NOW),
            micros(NOW),
            "internal",
            None,
        )


def test_an_entry_says_the_operation_the_change_of_status_and_what_changed() -> None:
    _, change = begun(**RICH)
    placing, waiting, holding = contents(change.entries)
    assert (placing["operation"], placing["title"], placing["to"]) == (
        "place_order",
        "Order PO100001 placed",
        "InProgress",
    )
    assert "from" not in placing
    assert ["/customer", None, {"email": {"$personal": 0}, "id": "C1", "name": {"$personal": 1}}] in placing["changes"]
    assert waiting == {"operation": "place_order", "title": "Shipment 1 awaits inventory"}
    assert (holding["from"], holding["to"]) == ("InProgress", "OnHold")
    assert holding["title"] == "Order put on hold: Suspicion of fraud"
    assert holding["data"] == {
        "hold": "1", "reason": {"code": "fraud", "comment": {"$personal": 1}, "label": "Suspicion of fraud"},
    }  # fmt: skip
    assert json.loads(change.entries[2].personal or "") == ["third card", "third card"]
    assert (change.entries[1].personal, change.entries[1].personal_salt) == (None, None)


def test_the_status_of_what_an_entry_is_about_is_told() -> None:
    order, change = begun(**{**RICH, "hold": None})
    steps = act(order, "release_shipment", shipment="2")
    (entry,) = record(occasion("release_shipment"), Before(order=order, stored=stored(change)), steps).entries
    assert json.loads(entry.content) | {"changes": None} == {
        "operation": "release_shipment", "title": "Shipment 2 released", "from": "InventoryAssigned", "to": "Released",
        "changes": None,
    }  # fmt: skip
    (payment,) = record(occasion(), Before(order=order, stored=stored(change)),
                        act(order, "add_payment", amount="1.00", method="Card")).entries  # fmt: skip
    assert contents([payment])[0]["to"] == "Processed"
    (coupon,) = record(
        occasion(), Before(order=order, stored=stored(change)), act(order, "add_coupon", code="A")
    ).entries
    assert "to" not in contents([coupon])[0]


def test_digests_commitments_and_leaves_are_those_of_the_page() -> None:
    order, first = begun(**RICH)
    steps = act(order, "hold_order", reason="again")
    second = record(occasion("hold_order"), Before(order=order, stored=stored(first)), steps)
    head, tag = FIRST, order_tag(TRAIL, "order-1")
    for change in (first, second):
        for entry, hashed in zip(change.entries, change.leaves, strict=True):
            parts = [
                None if text is None or salt is None else commitment(salt, text).hex()
                for text, salt in ((entry.personal, entry.personal_salt), (entry.actor, entry.actor_salt))
            ]
            assert json.loads(entry.commitments) == parts
            head = entry_digest(head, entry_bytes(TRAIL, entry, *parts))
            assert (entry.digest, hashed) == (head, leaf_hash(leaf(tag, entry.seq, head)))
        assert change.order.head == head


def test_every_part_has_a_salt_of_its_own() -> None:
    _, change = begun(**RICH)
    salts = [salt for entry in change.entries for salt in (entry.personal_salt, entry.actor_salt) if salt is not None]
    assert len(salts) == len(set(salts)) == 5


def test_the_actor_part_holds_what_can_be_erased_of_who_acted() -> None:
    _, change = begun()
    assert json.loads(change.entries[0].actor or "") == {
        "label": "Anna Andersen", "address": "192.0.2.7", "user_agent": "Browser",
    }  # fmt: skip
    steps = act(None, "place_order", market="US", currency="USD")
    erp = Actor(id="erp", kind=ActorKind.APP, on_behalf_of="anna")
    entry = record(occasion(actor=erp), Before(), steps).entries[0]
    assert (entry.actor, entry.actor_kind, entry.on_behalf_of) == ('{"label":"erp"}', "app", "anna")


def test_the_row_holds_what_orders_are_searched_by() -> None:
    order, change = begun(**RICH)
    row = change.order
    assert (row.order_id, row.number, row.status, row.channel, row.market, row.currency) == (
        "order-1", "PO100001", "OnHold", "Order Management", "US", "USD",
    )  # fmt: skip
    assert (row.customer_id, row.customer_name, row.customer_email) == ("C1", "Mercy", "m@example.com")
    assert (row.total, row.balance, row.placed, row.held_since) == (20000, 20000, micros(NOW), micros(NOW))
    assert (row.version, row.changed_seq, row.document) == (3, 3, canonical(order).decode())
    assert (row.last_activity, row.last_recorded) == (micros(NOW), micros(NOW))
    plain = begun(currency="KWD")[1].order
    assert (plain.customer_id, plain.customer_name, plain.held_since, plain.total) == (None, None, None, 0)


def test_times_never_run_backwards() -> None:
    order, change = begun()
    steps = act(order, "set_attribute", key="a", value="b")
    back = occasion(created=EARLIER, recorded=EARLIER)
    entry = record(back, Before(order=order, stored=stored(change)), steps).entries[0]
    assert (entry.created, entry.recorded) == (micros(NOW), micros(NOW))
    on = occasion(created=NOW + timedelta(seconds=1), recorded=NOW + timedelta(seconds=2))
    entry = record(on, Before(order=order, stored=stored(change)), steps).entries[0]
    assert (entry.created, entry.recorded) == (micros(NOW) + 1_000_000, micros(NOW) + 2_000_000)


def test_only_what_changes_the_document_moves_its_version() -> None:
    order, change = begun()
    noted = record(occasion(), Before(order=order, stored=stored(change)), act(order, "add_note", title="x"))
    assert (noted.expected, noted.order.version, noted.order.changed_seq) == (1, 2, 1)
    assert noted.order.document == change.order.document
    changed = record(
        occasion(), Before(order=order, stored=stored(noted)), act(order, "set_attribute", key="a", value="b")
    )
    assert (changed.expected, changed.order.version, changed.order.changed_seq) == (2, 3, 3)


def test_a_note_is_personal_as_a_whole() -> None:
    order, change = begun()
    before = Before(order=order, stored=stored(change))
    (entry,) = record(occasion("add_note"), before, act(order, "add_note", title="Called", detail="Flat 12")).entries
    assert (entry.type, entry.event, entry.category) == ("Custom", None, "note")
    assert entry.content == '{"data":{"detail":{"$personal":1},"title":{"$personal":0}},"operation":"add_note"}'
    assert json.loads(entry.personal or "") == ["Called", "Flat 12"]
    steps = act(order, "edit_note", context(note=note()), note=2, title="Called twice")
    (edit,) = record(occasion("edit_note"), before, steps).entries
    assert (edit.type, edit.event, edit.revises, edit.subject) == ("System", "NoteUpdated", 2, "note/2")
    assert contents([edit])[0] == {
        "operation": "edit_note", "title": "Note 2 edited",
        "data": {"title": {"$personal": 0}, "detail": {"$personal": 1}, "visibility": "internal"},
    }  # fmt: skip


@pytest.mark.parametrize("event_type", ["None", "shop.GiftWrapped"])
def test_free_texts_of_any_activity_are_personal(event_type: str) -> None:
    order, change = begun()
    steps = act(order, "record_activity", context(events=EVENTS), event_type=event_type, title="For Mercy", detail="x",
                data={"to": "Mercy"})  # fmt: skip
    (entry,) = record(occasion(), Before(order=order, stored=stored(change)), steps).entries
    data = contents([entry])[0]["data"]
    assert (data["title"]["$personal"] >= 0, data["detail"]["$personal"] >= 0) == (True, True)
    # What a registered type does not call personal stays; of None nobody has said anything.
    assert (data["to"] == "Mercy") == (event_type != "None")


def test_a_name_with_points_may_be_personal() -> None:
    own = msgspec.structs.replace(EVENTS["shop.GiftWrapped"], personal=("card.text",))
    order, change = begun()
    steps = act(order, "record_activity", context(events=EVENTS), event_type=own.name, data={"card.text": "Dear Mercy"})
    within = occasion(events={**EVENTS, own.name: own})
    (entry,) = record(within, Before(order=order, stored=stored(change)), steps).entries
    assert contents([entry])[0]["data"] == {"card.text": {"$personal": 0}}


def test_what_is_erased_is_recorded_as_erased() -> None:
    order, change = begun(customer={"id": "C1", "name": "Mercy"})
    steps = act(order, "erase_personal_data", context(sources={"/customer/name": 1}), reason="late")
    (entry,) = record(occasion("erase_personal_data"), Before(order=order, stored=stored(change)), steps).entries
    assert contents([entry])[0]["changes"] == [["/customer/name", {"$erased": True}, None]]
    assert entry.personal is None


def test_both_orders_of_an_exchange_have_their_own_chain() -> None:
    order = shipped(paid(placed(), "100.00"))
    order = last(act(order, "create_return", items={"1": {"quantity": 1, "reason": "late"}}, kind="exchange"))
    steps = act(order, "create_exchange_order", context(new_id="order-2"), return_id="1", line_items={}, shipments={})
    own = [step for step in steps if step.order.id == "order-2"]
    change = record(occasion(), Before(), own)
    assert (change.expected, change.order.order_id, change.order.status) == (0, "order-2", "AwaitingExchange")
    assert change.leaves[0] != record(occasion(trail_id="t"), Before(), own).leaves[0]


# On random walks


Recorded = list[tuple[Happening, dict[str, Change]]]


@cache
def recorded(seed: int) -> Recorded:
    """What is recorded of a walk: of each happening, by order."""
    found: Recorded = []
    standing: dict[str, Before] = {}
    for happening in walked(seed):
        changes = {}
        for order_id, after in happening.after().items():
            steps = [step for step in happening.steps if step.order.id == order_id]
            change = changes[order_id] = record(occasion(happening.row.name), standing.get(order_id, Before()), steps)
            standing[order_id] = Before(order=after, stored=stored(change))
        found.append((happening, changes))
    return found


@pytest.fixture(params=SEEDS[:4])
def history(request: pytest.FixtureRequest) -> Recorded:
    """All that was recorded of a walk."""
    return recorded(request.param)


def canaries(value: Any) -> set[str]:
    """The personal texts in a value, each of which is met nowhere else."""
    text = value if isinstance(value, str) else msgspec.json.encode(value, enc_hook=str).decode()
    return {part.split("-", 1)[0] for part in text.split("canary-")[1:]}


def test_what_stays_for_ever_holds_nothing_personal(history: Recorded) -> None:
    for happening, changes in history:
        entries = [entry for change in changes.values() for entry in change.entries]
        for entry in entries:
            assert not canaries([value for value in entry[:16] if isinstance(value, str)]), entry.content
        # And whatever was given is kept.
        assert canaries(happening.given) <= canaries([entry.personal or "" for entry in entries]), happening.row.name


def test_all_changes_add_up_to_the_document(history: Recorded) -> None:
    documents: dict[str, dict[str, Any]] = {}
    for happening, changes in history:
        for order_id, change in changes.items():
            document = documents.setdefault(order_id, {})
            for entry in change.entries:
                for pointer, before, after in changes_of(open_content(entry).content):
                    there = apply(document, (pointer, before, after))
                    # An erasure does not say again what it erases.
                    assert there == before or happening.row.history
            assert canonical(document).decode() == change.order.document


def test_seqs_have_no_gap_and_the_chain_holds(history: Recorded) -> None:
    heads: dict[str, tuple[int, bytes]] = {}
    for _, changes in history:
        for order_id, change in changes.items():
            seq, head = heads.get(order_id, (0, FIRST))
            assert change.expected == seq
            for entry in change.entries:
                seq, parts = seq + 1, json.loads(entry.commitments)
                head = entry_digest(head, entry_bytes(TRAIL, entry, *parts))
                assert (entry.order_id, entry.seq, entry.digest) == (order_id, seq, head)
            assert (change.order.version, change.order.head) == (seq, head)
            heads[order_id] = seq, head
