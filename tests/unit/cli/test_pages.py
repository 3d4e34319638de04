"""The page of an order, and the list of orders."""

import pytest
from rich.cells import cell_len

from ordertrail import OrderTrail
from ordertrail.cli.pages import major
from tests import scenarios
from tests.unit.cli.conftest import Shell, plain


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [(24900, "USD", "249.00"), (-1, "EUR", "-0.01"), (249, "JPY", "249"), (1, "KWD", "0.001")],
)
def test_an_amount_with_its_point(amount: int, currency: str, expected: str) -> None:
    assert str(major(amount, currency)) == expected


def test_the_page_of_an_order(shell: Shell) -> None:
    said = shell("show", "PO100001").out.splitlines()
    assert said[0] == "PO100001  Completed  249.00 USD · Mercy Taylor · US"
    assert said[1].endswith("UTC · Order Management · as of entry 9, last changed by entry 9")
    for line in (
        "  customer  C1, Mercy Taylor, mercy@example.com",
        "  id  sku     name          quantity  unit price",
        "  1   TENT-2  Tent for two         1      249.00",
        "  1   Shipped  Ground",
        "  total     249.00",
        "  balance     0.00",
    ):
        assert line in said
    assert "quantities 1 × Tent for two; tracking 1Z999; pick list PL-7; shipped at 2" in "\n".join(said)


@pytest.mark.parametrize(
    ("as_of", "line"), [("1", "  balance   249.00  due"), ("3", "  1   Other: address looks wrong")]
)
def test_the_page_as_it_stood(shell: Shell, as_of: str, line: str) -> None:
    assert any(shown.startswith(line) for shown in shell("show", "PO100001", "--as-of", as_of).out.splitlines())


def test_what_is_owed_back_says_so(shell: Shell) -> None:
    shell("do", "PO100001", "add_payment", "--amount", "10", "--method", "Cash", "--overpayment")
    assert "  balance   -10.00  owed to the customer\n" in shell("show", "PO100001").out


def test_all_that_an_order_holds_is_on_its_page(shell: Shell) -> None:
    with OrderTrail.open(shell.database) as trail:
        desk = trail.acting("anna", channel="Web shop")
        order = trail.order(scenarios.place(desk))
        desk.add_reference(order.id, key="erp", value="ERP-4711")
        desk.set_legal_hold(order.id, reason="fraud")
        document = trail.order(order.id).document
    said = shell("show", order.number).out
    for text in (
        "ERP-4711", "Suspicion of fraud", "gift yes", "SPRING", "percent 5", "Voucher", "PayPal", "Springfield",
        "4 × Peg", "2.5 × Rope, by the metre",
    ):  # fmt: skip
        assert text in said
    for kind in ("line_items", "shipments", "payments", "coupons", "manual_discounts"):
        assert f"\n{kind.replace('_', ' ').capitalize()}\n" in said
        assert all(f"\n  {key} " in said for key in getattr(document, kind))


def test_parts_are_counted_as_people_count(shell: Shell) -> None:
    with OrderTrail.open(shell.database) as trail:
        desk = trail.acting("anna", channel="Web shop")
        for number in range(10):
            desk.add_payment(trail.order(number="PO100001").id, amount=1, method=f"M{number}", overpayment=True)
    lines = [line.split()[0] for line in shell("show", "PO100001").out.splitlines() if "Processed" in line]
    assert lines == [str(number) for number in range(1, 12)]


@pytest.mark.parametrize(
    "words", [["show", "PO100001"], ["orders"], ["notes", "PO100001"], ["do", "PO100001", "--help"]]
)
def test_pages_fit_a_narrow_terminal(shell: Shell, words: list[str]) -> None:
    said = plain(shell.terminal(*words, columns=60).out)
    # What is to be copied is left to the terminal to fold.
    assert max(cell_len(line) for line in said.splitlines() if not line.startswith("ordertrail ")) <= 60
    assert "…" not in said


def test_a_list_on_a_narrow_terminal_has_two_lines_each(shell: Shell) -> None:
    said = plain(shell.terminal("orders", columns=60).out).splitlines()
    assert said[0] == "PO100001  Completed  249.00 USD"
    assert said[1].startswith("  Mercy Taylor · US · 2")
