"""Who may do what: permissions, ceilings, reasons, who releases a hold, and who it was."""

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from ordertrail import (
    Actor,
    ActorKind,
    Ceilings,
    Desk,
    DiscountTooLarge,
    GivenReason,
    InvalidInput,
    InvalidText,
    NotPermitted,
    OperationNotAllowed,
    OrderTrail,
    RefundTooLarge,
    ShopReason,
    UnknownId,
)
from ordertrail.notes.events import BUILT_IN
from ordertrail.orders.operations import OPERATIONS
from tests import checker, scenarios
from tests.shops import ENGINES, open_shop, small
from tests.suggestions import Canaries, Suggestions

REASONS: dict[str, str | ShopReason] = {
    "fraud": ShopReason("Suspicion of fraud", released_by="order.fraud"),
    "vip": ShopReason("Ask Berta", released_by="berta"),
    "late": "Too late",
}


@pytest.fixture(scope="module", params=ENGINES)
def trail(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrderTrail]:
    """A shop with reasons of its own."""
    with open_shop(request, tmp_path_factory, reasons=REASONS) as opened:
        yield opened


@pytest.fixture
def desk(trail: OrderTrail) -> Desk:
    """Who may do all."""
    return trail.acting("anna", channel="Order Management")


# Permissions


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_needs_its_permission(trail: OrderTrail, desk: Desk, name: str) -> None:
    row = OPERATIONS[name]
    order = None if not row.legal_in else desk.place_order(small())
    if row.note and order is not None:
        desk.add_note(order.id, title="x")
    others = {other.permission for other in OPERATIONS.values()} - {row.permission}
    without = trail.acting("carl", channel="Web", permissions=others)
    arguments = Suggestions(random.Random(3), Canaries(), order, [2]).arguments(row)
    before = checker.counts(trail)
    with pytest.raises(NotPermitted) as refused:
        without.perform(order.id if order else str(uuid4()), name, arguments)
    assert (refused.value.permission, refused.value.action) == (row.permission, name)
    assert checker.counts(trail) == before


def test_a_permission_is_enough(trail: OrderTrail) -> None:
    placing = trail.acting("carl", channel="Web", permissions=["order.place"])
    order = placing.place_order(small())
    assert trail.acting("dora", channel="Web", permissions={"order.hold"}).hold_order(order.id, reason="late")
    with pytest.raises(NotPermitted, match=r"add_note needs the permission note\.write"):
        trail.acting("eve", channel="Web", permissions=[]).add_note(order.id, title="x")


@pytest.mark.parametrize(
    ("name", "argument"), [(name, argument) for name, row in OPERATIONS.items() for argument in row.permission_with]
)
def test_an_argument_may_need_a_permission_more(trail: OrderTrail, desk: Desk, name: str, argument: str) -> None:
    row = OPERATIONS[name]
    order = scenarios.place(desk)
    given: dict[str, Any] = {"shipment": "4", argument: "late" if argument == "left_anyway" else True}
    without = trail.acting("carl", channel="Web", permissions=[row.permission])
    with pytest.raises(NotPermitted, match=f"{name} with {argument}"):
        without.perform(order, name, given)
    enough = trail.acting("carl", channel="Web", permissions=[row.permission, row.permission_with[argument]])
    assert enough.perform(order, name, given).shipments["4"].status == "Shipped"


# Ceilings


def test_a_refund_stays_under_the_role_s_ceiling(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small(payments={"1": {"amount": 249, "method": "Card"}})).id
    ceilings = Ceilings(refund={"USD": Decimal("20.00")})
    clerk = trail.acting("carl", channel="Web", ceilings=ceilings)
    refund: dict[str, Any] = {"kind": "goodwill", "reason": "late", "payment": "1"}
    with pytest.raises(RefundTooLarge, match=r"at most 20\.00"):
        clerk.create_refund(order, amount=Decimal("20.01"), **refund)
    assert clerk.create_refund(order, amount=Decimal("20.00"), **refund).totals.refunded == 20
    assert desk.create_refund(order, amount=Decimal("100.00"), **refund).totals.refunded == 120


def test_a_ceiling_is_for_its_currency(trail: OrderTrail) -> None:
    clerk = trail.acting("carl", channel="Web", ceilings=Ceilings(refund={"USD": Decimal(1)}))
    payment = {"amount": 249, "method": "Card", "overpayment": True}
    order = clerk.place_order({"market": "JP", "currency": "JPY", "payments": {"1": payment}})
    assert clerk.create_refund(order.id, amount=249, kind="correction", reason="late", payment="1").totals.paid == 249


def test_a_return_s_refund_stays_under_it_too(trail: OrderTrail, desk: Desk) -> None:
    order = scenarios.partially_shipped(desk)
    clerk = trail.acting("carl", channel="Web", ceilings=Ceilings(refund={"USD": Decimal(1)}))
    with pytest.raises(RefundTooLarge):
        clerk.complete_return(order, return_id="2", reason="late")
    assert clerk.complete_return(order, return_id="2", refund=1, reason="late").returns["2"].status == "Complete"


def test_a_discount_stays_under_the_role_s_ceiling(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small()).id
    clerk = trail.acting("carl", channel="Web", ceilings=Ceilings(discount={"USD": Decimal("24.90")}))
    with pytest.raises(DiscountTooLarge):
        clerk.add_manual_discount(order, percent=Decimal("10.01"), reason="late")
    assert clerk.add_manual_discount(order, percent=Decimal(10), reason="late").totals.discount == Decimal("24.90")


# Reasons


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("late", ("late", "Too late", None)),
        ({"code": "late", "comment": "a week"}, ("late", "Too late", "a week")),
        (GivenReason(code="late"), ("late", "Too late", None)),
        ("the dog ate it", ("other", "Other", "the dog ate it")),
    ],
)
def test_a_reason_is_a_code_with_its_label_or_a_text(
    trail: OrderTrail, desk: Desk, given: Any, kept: tuple[str, str, str | None]
) -> None:
    held = desk.hold_order(desk.place_order(small()).id, reason=given)
    reason = trail.order(held.id).holds["1"].reason
    assert (reason.code, reason.label, reason.comment) == kept


@pytest.mark.parametrize(
    ("given", "error"),
    [({"code": "no such"}, UnknownId), ("", InvalidText), ("  ", InvalidText), ("x" * 10_001, InvalidText),
     ({"code": "late", "comment": "x" * 10_001}, InvalidInput), (7, InvalidInput)],
)  # fmt: skip
def test_what_is_no_reason_is_refused(trail: OrderTrail, desk: Desk, given: Any, error: type[Exception]) -> None:
    order = desk.place_order(small())
    with pytest.raises(error):
        desk.hold_order(order.id, reason=given)
    assert trail.order(order.id).version == 1


@pytest.mark.parametrize(
    "reasons",
    [{"no code": "x"}, {"x": ""}, {"x": "y" * 201}, {"x": ShopReason("y", released_by="a@b.c")}, {"": "x"}],
)
def test_a_shop_s_reason_that_no_order_could_hold_is_refused(reasons: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        OrderTrail.open("sqlite://", reasons=reasons)


def test_a_label_is_copied_and_stays_when_the_list_changes(tmp_path_factory: pytest.TempPathFactory) -> None:
    url = f"sqlite:///{tmp_path_factory.mktemp('labels') / 'shop.db'}"
    with OrderTrail.open(url, reasons={"late": "Too late"}) as old:
        order = old.acting("anna", channel="Web").place_order(small(hold="late")).id
    with OrderTrail.open(url, reasons={"late": "Delayed"}) as new:
        assert new.order(order).holds["1"].reason.label == "Too late"
        assert new.order_note(order, 2).title == "Order put on hold: Too late"


# Who releases a hold


def test_a_reason_may_name_the_permission_that_releases_it(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small(hold="fraud")).id
    clerk = trail.acting("carl", channel="Web", permissions=["order.release_hold"])
    with pytest.raises(NotPermitted, match=r"order\.fraud"):
        clerk.release_hold(order)
    checked = trail.acting("carl", channel="Web", permissions=["order.release_hold", "order.fraud"])
    assert checked.release_hold(order).status == "InProgress"


def test_a_reason_may_name_who_releases_it(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small(hold="vip")).id
    with pytest.raises(NotPermitted, match="berta"):
        trail.acting("carl", channel="Web", permissions=["order.release_hold"]).release_hold(order)
    berta = trail.acting("berta", channel="Web", permissions=["order.release_hold"])
    assert berta.release_hold(order).status == "InProgress"


# Actors and channels


def test_an_entry_says_who_it_was(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small()).id
    who = Actor(
        id="kunde-7", kind=ActorKind.CUSTOMER, label="Mercy", on_behalf_of="C2", address="192.0.2.7", user_agent="UA/1"
    )
    trail.acting(who, channel="Web").add_note(order, title="x")
    assert trail.order_note(order, 2).actor == who
    assert trail.order_note(order, 1).actor == Actor(id="anna", label="anna")


@pytest.mark.parametrize("kind", ActorKind)
def test_each_kind_of_actor_acts(trail: OrderTrail, kind: ActorKind) -> None:
    order = trail.acting(Actor(id="x", kind=kind), channel="Web").place_order(small())
    note = trail.order_note(order.id, 1)
    assert (note.actor.kind, note.actor.label) == (kind, "x")


@pytest.mark.parametrize(
    "actor",
    ["", "a@b.c", "an na", "a\u00a0b", "x" * 129, "a\0", "\ud800", Actor(id="x", on_behalf_of="a@b"),
     Actor(id="x", on_behalf_of=""), Actor(id="x", label="\0"), Actor(id="x", address="y" * 1001),
     Actor(id="x", user_agent="\ud800"), Actor(id=7), Actor(id="x", kind="robot")],  # type: ignore[arg-type]
)  # fmt: skip
def test_an_actor_s_id_is_a_pseudonym(trail: OrderTrail, actor: Any) -> None:
    with pytest.raises(InvalidInput):
        trail.acting(actor, channel="Web")


@pytest.mark.parametrize("channel", ["", "  ", "x" * 201, "a\0", "\ud800"])
def test_a_channel_is_a_text(trail: OrderTrail, channel: str) -> None:
    with pytest.raises(InvalidInput):
        trail.acting("anna", channel=channel)


def test_a_desk_is_left_as_it_was_entered(trail: OrderTrail) -> None:
    with trail.acting("anna", channel="Web") as desk:
        order = desk.place_order(small())
    assert desk.add_note(order.id, title="Still open").version == 2
    with pytest.raises(LookupError), trail.acting("anna", channel="Web"):
        raise LookupError


def test_a_refusal_says_what_is_legal_now(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small())
    with pytest.raises(OperationNotAllowed) as refused:
        desk.release_hold(order.id)
    legal = {name for name, why in trail.legal_operations(order.id).items() if why is None}
    assert set(refused.value.legal_now) == legal
    assert refused.value.statuses == {"order": "InProgress"}
    assert "legal now: " in str(refused.value)


def test_a_built_in_event_type_is_not_recorded_by_hand(trail: OrderTrail, desk: Desk) -> None:
    order = desk.place_order(small()).id
    for name in set(BUILT_IN) - {"None"}:
        with pytest.raises(InvalidInput, match="recorded by its own operations only"):
            desk.record_activity(order, event_type=name)
    assert trail.order(order).version == 1
