"""The order management view in a browser: an order by phone, with and without scripts, by keyboard; two at once."""

import re
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from playwright.sync_api import Browser, Dialog, Locator, Page, Route, expect

from ordertrail.notes.events import OrderActivityEvent
from ordertrail.web.console.reader import Reader
from ordertrail.web.console.timeline import sentence
from tests.browser.conftest import PASSWORD, Opened, Shop
from tests.web.console.phone_order import CANCEL, NEW, STEPS, Step

LISTED = Path(__file__).with_name("xss.txt").read_text().splitlines()


BETWEEN = """one => {
  const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((each) => each.offsetParent && each.tabIndex >= 0);
  return all.indexOf(one) - Math.max(0, all.indexOf(document.activeElement));
}"""
"""How many stops of the tab key lie before an element, about."""


def field(page: Page, name: str) -> Locator:
    """A field of the form in the middle of the page."""
    return page.locator(f'main [name="{name}"]')


class Mouse:
    """Works a page as most people do."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        """Press a button, or follow a link."""
        target.click()

    def fill(self, name: str, text: str) -> None:
        """Fill in a field, or choose."""
        target = field(self.page, name)
        if target.evaluate("one => one.closest('details') && !one.closest('details').open"):
            self.press(self.page.locator("details", has=self.page.locator(f'[name="{name}"]')).locator("summary").last)
        if target.evaluate("one => one.tagName") == "SELECT":
            target.select_option(text)
        else:
            target.fill(text)


class Keyboard(Mouse):
    """Works it with keys alone."""

    def press(self, target: Locator) -> None:
        """Tab to it, and press enter."""
        self._go_to(target)
        self.page.keyboard.press("Enter")

    def fill(self, name: str, text: str) -> None:
        """Tab to a field, and type."""
        target = field(self.page, name)
        if target.evaluate("one => one.closest('details') && !one.closest('details').open"):
            self.press(self.page.locator("details", has=self.page.locator(f'[name="{name}"]')).locator("summary").last)
        self._go_to(target)
        if target.evaluate("one => one.tagName") == "SELECT":
            label = target.locator(f'option[value="{text}"]').inner_text()
            self.page.keyboard.type(label)
        else:
            self.page.keyboard.press("Control+a")
            self.page.keyboard.type(text)

    def _go_to(self, target: Locator) -> None:
        # Most of the way without looking: each look takes as long as a key.
        for _ in range(max(0, target.evaluate(BETWEEN) - 3)):
            self.page.keyboard.press("Tab")
        for _ in range(400):
            if target.evaluate("one => document.activeElement === one"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no key leads to {target}")


def take(hand: Mouse) -> str:
    """Take an order by phone; returns its number."""
    hand.press(hand.page.get_by_role("link", name="New order"))
    hand.page.wait_for_url("**/orders/new")
    for name, text in NEW.items():
        hand.fill(name, text)
    hand.press(hand.page.get_by_role("button", name="Place order").last)
    hand.page.wait_for_url("**/orders/PO*")
    return urlsplit(hand.page.url).path.rpartition("/")[2]


def do(hand: Mouse, step: Step) -> None:
    """Do a step by its own button on the order page, and see it in the order notes at once."""
    query = parse_qs(step.query.removeprefix("?"))
    at = f"/do/{step.operation}" + "".join(f"?{name}={value[0]}" for name, value in query.items())
    offer = hand.page.locator(f'main :is(a[href$="{at}"], button[formaction$="{at}"])').last
    at_once = offer.evaluate("one => one.tagName") == "BUTTON"
    hand.press(offer)
    if not at_once:
        hand.page.wait_for_url(f"**{at}")
        for name, text in step.fields.items():
            hand.fill(name, text)
        hand.press(hand.page.locator("main form button.main"))
    hand.page.wait_for_url("**done=*")
    expect(hand.page.locator(".notice.good")).to_contain_text("Done:")


def drive(hand: Mouse, shop: Shop) -> str:
    """The whole order, and another that is cancelled."""
    number = take(hand)
    for step in STEPS:
        do(hand, step)
        last = [note.event_type for note in shop.trail.order(number=number).order_notes]
        assert step.event in last[-3:], step
        titles = [note.title for note in shop.trail.order(number=number).order_notes if note.event_type == step.event]
        said = sentence(step.event, titles[-1], Reader())
        expect(hand.page.locator("#notes .entry .sentence", has_text=said).first).to_be_attached()
    other = take(hand)
    do(hand, CANCEL)
    recorded = {note.event_type for one in (number, other) for note in shop.trail.order(number=one).order_notes}
    assert {str(event) for event in OrderActivityEvent} - {"None"} <= recorded
    return number


def test_an_order_by_phone_with_each_event(opened: Opened, shop: Shop) -> None:
    drive(Mouse(opened()), shop)


def test_the_same_without_scripts(opened: Opened, shop: Shop) -> None:
    drive(Mouse(opened(java_script_enabled=False)), shop)


def test_the_same_with_the_keyboard_alone(opened: Opened, shop: Shop) -> None:
    drive(Keyboard(opened()), shop)


def test_two_who_meet_lose_nothing(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    anna, bruno = opened("anna"), opened("bruno")
    for page in (anna, bruno):
        page.goto(f"/orders/{number}/do/hold_order")
        field(page, "reason/code").select_option("other")
    field(anna, "reason/comment").fill("Flat 12 or 21?")
    field(bruno, "reason/comment").fill("Credit card of another name")
    for page in (anna, bruno):
        page.locator("main form button.main").click()
    anna.wait_for_url("**done=*")
    expect(bruno.get_by_role("alert")).to_contain_text("This order has changed while you were at it")
    expect(bruno.get_by_role("alert")).to_contain_text("Order put on hold")
    expect(field(bruno, "reason/comment")).to_have_value("Credit card of another name")
    bruno.get_by_role("button", name="Apply again").click()
    bruno.wait_for_url("**done=*")
    comments = [hold.reason.comment for hold in shop.trail.order(number=number).holds.values()]
    assert sorted(map(str, comments)) == ["Credit card of another name", "Flat 12 or 21?"]


def test_why_an_order_was_held_takes_three_clicks_and_one_field(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    with shop.trail.acting("fred", channel="Fraud check") as desk:
        desk.hold_order(shop.trail.order(number=number).id, reason={"code": "fraud", "comment": "Third card today"})
    page = opened()
    page.get_by_placeholder("Order number").fill(number)
    page.keyboard.press("Enter")
    held = page.locator("#notes .entry", has_text="Order put on hold: Suspicion of fraud")
    expect(held).to_contain_text("Third card today")
    expect(held).to_contain_text("fred")
    expect(held).to_contain_text("Fraud check")


def test_a_draft_outlives_the_page(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    page = opened()
    page.goto(f"/orders/{number}")
    page.locator(".composer textarea").fill("Rang twice")
    page.goto("/orders")
    page.goto(f"/orders/{number}")
    expect(page.locator(".composer textarea")).to_have_value("Rang twice")
    page.locator(".composer textarea").press("Control+Enter")
    page.wait_for_url("**done=*")
    expect(page.locator("#notes .entry.custom")).to_contain_text("Rang twice")
    expect(page.locator(".composer textarea")).to_have_value("")
    page.goto(f"/orders/{number}")
    expect(page.locator(".composer textarea")).to_have_value("")


def test_a_draft_says_that_it_is_one_and_goes_when_it_is_not_wanted(opened: Opened, shop: Shop) -> None:
    number, page = shop.place(), opened()
    for leave in ("Keep the order as it is", "Discard it"):
        page.goto(f"/orders/{number}/do/hold_order")
        expect(page.get_by_text("is filled in again")).to_have_count(0)
        field(page, "reason/comment").fill("Flat 12 or 21?")
        if leave == "Discard it":
            page.goto(f"/orders/{number}/do/hold_order")
            expect(page.get_by_text("What you typed here before is filled in again.")).to_be_visible()
            expect(field(page, "reason/comment")).to_have_value("Flat 12 or 21?")
            page.get_by_role("button", name=leave).click()
            expect(field(page, "reason/comment")).to_have_value("")
        else:
            page.get_by_role("link", name=leave).click()
            page.wait_for_url(f"**/orders/{number}")
    assert drafts(page) == 0


def test_a_draft_of_a_number_is_of_the_language_in_which_it_was_typed(opened: Opened) -> None:
    page = opened()

    def shown_in(language: str) -> tuple[str, str]:
        page.locator("[name=language]").select_option(language)
        page.locator(".foot button").click()
        page.locator(f"html[lang={language}]").wait_for()
        names = ("payment/amount", "payment/method")
        amount, method = (page.locator(f'[name="{name}"]').input_value() for name in names)
        return amount, method

    page.goto("/orders/new")
    page.locator("details", has=page.locator('[name="payment/amount"]')).locator("summary").last.click()
    page.locator('[name="payment/amount"]').fill("1.000")
    page.locator('[name="payment/method"]').fill("Card")
    assert shown_in("de") == ("", "Card")
    assert shown_in("en") == ("1.000", "Card")


def test_a_draft_of_many_line_items_finds_room(opened: Opened) -> None:
    page = opened()
    page.goto("/orders/new")
    page.get_by_role("button", name="Room for more line items").click()
    page.locator("input[name='line_items/5/sku']").fill("TENT-5")
    page.goto("/orders")
    page.goto("/orders/new")
    expect(page.locator("input[name='line_items/5/sku']")).to_have_value("TENT-5")


def submit(page: Page) -> None:
    """Send the form in the middle of the page, and see that it was done."""
    page.locator("main form button.main").last.click()
    page.wait_for_url("**done=*")


def drafts(page: Page) -> int:
    """How many drafts the browser keeps."""
    return int(page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length"))


def test_what_was_done_unseen_is_not_done_again(opened: Opened, shop: Shop) -> None:
    """An answer that does not arrive: nobody knows whether it was done, and the draft goes on as the form it was."""
    number, page = shop.place(), opened()
    at = f"/orders/{number}/do/add_payment"
    page.goto(at)
    field(page, "amount").fill("20.00")
    field(page, "method").fill("Card")
    field(page, "transaction_type").select_option("Sale")

    press_unanswered(page.locator("main form button.main"), f"**{at}")
    assert len(shop.trail.order(number=number).payments) == 1
    page.goto(f"/orders/{number}")
    page.goto(at)
    expect(field(page, "method")).to_have_value("Card")
    submit(page)
    expect(page.get_by_role("status").filter(has_text="This was done before, and not again now")).to_be_visible()
    assert len(shop.trail.order(number=number).payments) == 1
    assert drafts(page) == 0
    page.goto(at)
    field(page, "amount").fill("30.00")
    field(page, "method").fill("Card")
    field(page, "transaction_type").select_option("Sale")
    submit(page)
    assert len(shop.trail.order(number=number).payments) == 2


def press_unanswered(button: Locator, at: str, *, done: bool = True) -> None:
    """Press a button, and let no answer to its form arrive, whether it is `done` or not."""

    def lose(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        if done:
            route.fetch(max_redirects=0)
        route.abort("connectionreset")

    button.page.route(at, lose)
    button.click()
    button.page.wait_for_timeout(500)
    button.page.unroute(at)


def test_a_form_that_got_no_answer_undoes_nothing_that_it_never_touched(opened: Opened, shop: Shop) -> None:
    number, page = shop.place(billing_address={"line1": "Long Road 1", "line2": "Flat 2"}), opened()
    order = shop.trail.order(number=number).id
    at = f"/orders/{number}/do/change_billing_address"
    page.goto(at)
    field(page, "address/city").fill("Basel")
    press_unanswered(page.locator("main form button.main"), f"**{at}", done=False)
    with shop.trail.acting("bruno", channel="Order Management") as desk:
        desk.change_billing_address(order, address={"line1": "Long Road 1", "company": "ACME"})
    page.goto(at)
    expect(page.get_by_text("This was sent, and no answer came")).to_be_visible()
    expect(field(page, "address/city")).to_have_value("Basel")
    page.locator("main form button.main").click()
    expect(page.get_by_role("alert")).to_contain_text("has changed while you were at it")
    submit(page)
    address = shop.trail.order(order).billing_address
    assert address is not None
    assert (address.line1, address.line2, address.company, address.city) == ("Long Road 1", None, "ACME", "Basel")


def test_a_note_that_got_no_answer_is_shown_to_the_customer_once(opened: Opened, shop: Shop) -> None:
    number, page = shop.place(), opened()
    page.goto(f"/orders/{number}")
    page.locator(".composer textarea").fill("Rang twice")
    page.get_by_role("button", name="Save internal note").click()
    page.wait_for_url("**done=*")
    page.locator(".composer textarea").fill("Your tent leaves tomorrow.")
    press_unanswered(page.get_by_role("button", name="Show to customer"), "**/do/add_note")
    page.go_back()
    expect(page.locator(".composer textarea")).to_have_value("Your tent leaves tomorrow.")
    page.get_by_role("button", name="Show to customer").click()
    expect(page.locator("#notes .entry.custom").first).to_contain_text("Your tent leaves tomorrow.")
    notes = [note.detail for note in shop.trail.order(number=number).order_notes if note.type == "Custom"]
    assert notes == ["Rang twice", "Your tent leaves tomorrow."]


def test_a_form_that_got_no_answer_says_so_though_nothing_was_typed(opened: Opened, shop: Shop) -> None:
    number, page = shop.place(), opened("mona")
    order = shop.trail.order(number=number).id
    bruno = shop.trail.acting("bruno", channel="Order Management")
    bruno.hold_shipment(order, shipment="1", reason="fraud")
    at = f"/orders/{number}/do/release_shipment_hold?shipment=1"
    page.goto(at)
    press_unanswered(page.locator("main form button.main"), f"**{at}")
    bruno.hold_shipment(order, shipment="1", reason="fraud")
    page.goto(at)
    expect(page.get_by_text("This was sent, and no answer came")).to_be_visible()
    submit(page)
    expect(page.get_by_role("status").filter(has_text="This was done before, and not again now")).to_be_visible()
    assert shop.trail.order(order).shipments["1"].hold_reason is not None
    page.goto(at)
    expect(page.get_by_text("This was sent, and no answer came")).to_have_count(0)
    submit(page)
    assert shop.trail.order(order).shipments["1"].hold_reason is None


def test_a_form_that_got_no_answer_is_opened_anew_in_another_language(opened: Opened, shop: Shop) -> None:
    number, page = shop.place(), opened()
    order = shop.trail.order(number=number).id
    at = f"/orders/{number}/do/change_line_item?line_item=1"
    page.goto(at)
    field(page, "name").fill("Tent XL")
    press_unanswered(page.locator("main form button.main"), f"**{at}", done=False)
    page.goto(at)
    page.locator("[name=language]").select_option("de")
    page.locator(".foot button").click()
    page.locator("html[lang=de]").wait_for()
    expect(field(page, "name")).to_have_value("Tent XL")
    with shop.trail.acting("bruno", channel="Order Management") as desk:
        desk.change_line_item(order, line_item="1", unit_price="199.00")
    page.locator("main form button.main").click()
    page.get_by_role("alert").wait_for()
    expect(field(page, "unit_price")).to_have_value("199,00")
    submit(page)
    line = shop.trail.order(order).line_items["1"]
    assert (line.name, str(line.unit_price)) == ("Tent XL", "199.00")


def test_rows_that_a_sent_page_did_not_have_are_done_as_they_are(opened: Opened, shop: Shop) -> None:
    [one] = ready(shop, "Unanswered", 1, packed=False)
    page, at = opened("wanda"), "/shipping?stage=pick&warehouse=Unanswered"
    page.goto(at)
    box(page, one).check()
    press_unanswered(page.locator("main form button.main"), "**/shipping?*")
    [two] = ready(shop, "Unanswered", 1, packed=False)
    page.goto(at)
    box(page, two).check()
    page.locator("main form button.main").click()
    expect(page.get_by_role("status").filter(has_text=f"{two}: done")).to_be_visible()
    assert shop.trail.order(number=two[:-2]).shipments["1"].pick_list is not None


def test_a_draft_of_a_time_is_of_the_zone_in_which_it_was_typed(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    page, at = opened(), f"/orders/{number}/do/change_promised_date?shipment=1"
    page.goto(at)
    field(page, "promised").fill("2026-12-24T18:00")
    page.get_by_label("Time zone").fill("America/New_York")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Times are in Eastern Standard")).to_be_visible()
    expect(field(page, "promised")).to_have_value("")


def test_two_tabs_keep_a_draft_each(opened: Opened, shop: Shop) -> None:
    number, first = shop.place(), opened()
    second = first.context.new_page()
    for page in (first, second):
        page.goto(f"/orders/{number}")
    second.locator(".composer textarea").fill("Wrote to the customer")
    first.locator(".composer textarea").fill("Rang twice")
    first.locator(".composer textarea").press("Control+Enter")
    first.wait_for_url("**done=*")
    second.reload()
    expect(second.locator(".composer textarea")).to_have_value("Wrote to the customer")
    # What is still written in one tab does not turn up in another.
    first.goto(f"/orders/{number}")
    first.wait_for_timeout(300)
    expect(first.locator(".composer textarea")).to_have_value("")
    # A tab that is closed leaves its draft to the next one.
    second.close()
    third = first.context.new_page()
    third.goto(f"/orders/{number}")
    expect(third.locator(".composer textarea")).to_have_value("Wrote to the customer")
    third.locator(".composer textarea").press("Control+Enter")
    third.wait_for_url("**done=*")
    assert drafts(third) == 0


def test_what_was_done_fills_no_other_form(opened: Opened, shop: Shop) -> None:
    shipments = {n: {"method": "Ground", "quantities": {"1": 1}} for n in ("1", "2")}
    line = {"sku": "TENT-2", "name": "Tent for two", "quantity": 2, "unit_price": "249.00"}
    number = shop.place(line_items={"1": line}, shipments=shipments)
    with shop.trail.acting("anna", channel="Order Management") as desk:
        order_id = shop.trail.order(number=number).id
        for shipment in shipments:
            desk.release_shipment(order_id, shipment=shipment)
            desk.add_to_pick_list(order_id, shipment=shipment, pick_list="PL-1")
    page, at = opened(), f"/orders/{number}/do/complete_shipment?shipment="
    page.goto(f"{at}1")
    field(page, "tracking_number").fill("1Z-FIRST")
    page.goto(f"{at}2")
    expect(field(page, "tracking_number")).to_have_value("")
    page.goto(f"{at}1")
    expect(field(page, "tracking_number")).to_have_value("1Z-FIRST")
    submit(page)
    assert drafts(page) == 0
    page.goto(f"{at}2")
    expect(field(page, "tracking_number")).to_have_value("")


def test_a_note_that_was_edited_fills_no_other(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    with shop.trail.acting("anna", channel="Order Management") as desk:
        first, second = (
            desk.add_note(shop.trail.order(number=number).id, detail=text).version for text in ("Rang", "Wrote")
        )
    page, at = opened(), f"/orders/{number}/do/edit_note?note="
    page.goto(f"{at}{first}")
    field(page, "title").fill("By phone")
    field(page, "detail").fill("Rang twice")
    page.goto(f"{at}{first}")
    expect(field(page, "detail")).to_have_value("Rang twice")
    submit(page)
    page.goto(f"{at}{second}")
    expect(field(page, "title")).to_have_value("")
    expect(field(page, "detail")).to_have_value("Wrote")


def test_an_order_that_was_placed_fills_no_other(opened: Opened) -> None:
    hand = Mouse(opened())
    take(hand)
    hand.page.goto("/orders/new")
    expect(field(hand.page, "market")).to_have_value("")
    expect(field(hand.page, "line_items/1/sku")).to_have_value("")


def test_a_draft_stays_until_its_own_form_was_done(opened: Opened, shop: Shop) -> None:
    """Neither a refusal, nor a conflict, nor another form that was done, takes it away."""
    number = shop.place()
    page, at = opened(), f"/orders/{number}/do/hold_order"
    page.goto(at)
    field(page, "reason/code").select_option("other")
    page.locator("main form button.main").click()
    expect(page.get_by_role("alert")).to_contain_text("This was not done.")
    field(page, "reason/comment").fill("Flat 12 or 21?")
    with shop.trail.acting("bruno", channel="Order Management") as desk:
        desk.set_attribute(shop.trail.order(number=number).id, key="gift", value="yes")
    page.locator("main form button.main").click()
    expect(page.get_by_role("alert")).to_contain_text("has changed")
    page.goto(f"/orders/{number}?done=1")  # as an earlier page of the tab's history
    page.locator(".composer textarea").fill("Rang twice")
    page.get_by_role("button", name="Save internal note").click()
    page.wait_for_url("**done=3.*")
    page.goto(at)
    expect(field(page, "reason/code")).to_have_value("other")
    expect(field(page, "reason/comment")).to_have_value("Flat 12 or 21?")
    submit(page)
    assert drafts(page) == 0


def test_a_draft_does_not_put_back_what_has_changed_since(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    page, at = opened(), f"/orders/{number}/do/change_customer"
    page.goto(at)
    field(page, "customer/name").fill("Mercy Tailor")
    page.goto(at)
    expect(field(page, "customer/name")).to_have_value("Mercy Tailor")
    with shop.trail.acting("bruno", channel="Order Management") as desk:
        desk.change_customer(shop.trail.order(number=number).id, customer={"name": "Mercy Baker"})
    page.goto(at)
    expect(field(page, "customer/name")).to_have_value("Mercy Baker")


def test_what_was_chosen_and_ticked_is_kept_too(opened: Opened) -> None:
    page = opened()
    page.goto("/orders/new")
    field(page, "hold/code").select_option("fraud")
    field(page, "hold/comment").fill("Third card today")
    field(page, "shipment/awaiting_inventory").check()
    page.locator("summary", has_text="Payment").click()
    field(page, "payment/transaction_type").select_option("Authorization")
    field(page, "payment/pending").check()
    page.goto("/orders/new")
    expect(field(page, "hold/code")).to_have_value("fraud")
    expect(field(page, "hold/comment")).to_have_value("Third card today")
    expect(field(page, "shipment/awaiting_inventory")).to_be_checked()
    expect(field(page, "payment/transaction_type")).to_have_value("Authorization")
    expect(field(page, "payment/pending")).to_be_checked()
    expect(field(page, "payment/pending")).to_be_visible()
    field(page, "payment/pending").uncheck()
    page.goto("/orders/new")
    expect(field(page, "payment/pending")).not_to_be_checked()


def ready(shop: Shop, warehouse: str, count: int, *, packed: bool = True) -> list[str]:
    """Shipments of a warehouse that are released, or packed too, as the page of shipping names them."""
    held = {"1": {"method": "Ground", "quantities": {"1": 1}, "warehouse": warehouse}}
    numbers = [shop.place(shipments=held) for _ in range(count)]
    with shop.trail.acting("wanda", channel="Order Management") as desk:
        for number in numbers:
            order_id = shop.trail.order(number=number).id
            desk.release_shipment(order_id, shipment="1")
            if packed:
                desk.add_to_pick_list(order_id, shipment="1", pick_list="PL-1")
    return [f"{number}/1" for number in numbers]


def box(page: Page, name: str) -> Locator:
    """The box of a shipment or an order in a list."""
    return page.get_by_role("checkbox", name=name, exact=True)


def test_what_is_typed_of_shipments_is_kept_until_it_is_done(opened: Opened, shop: Shop, tmp_path: Path) -> None:
    one, two = ready(shop, "Drafted", 2)
    page, at = opened("wanda"), "/shipping?stage=ship&warehouse=Drafted"
    page.goto(at)
    listed = tmp_path / "list.csv"
    listed.write_text("nothing")
    field(page, "csv").set_input_files(listed)
    field(page, f"tracking/{one}").fill("1Z1")
    field(page, f"tracking/{two}").fill(" 1Z2 ")
    field(page, "carrier").fill("UPS")
    box(page, one).check()
    page.goto(at)
    expect(field(page, f"tracking/{one}")).to_have_value("1Z1")
    expect(field(page, "carrier")).to_have_value("UPS")
    expect(box(page, one)).to_be_checked()
    expect(box(page, two)).not_to_be_checked()
    page.locator("main form button.main").click()
    expect(page.get_by_role("status").filter(has_text=f"{one}: done")).to_be_visible()
    page.goto(at)
    expect(field(page, f"tracking/{two}")).to_have_value(" 1Z2 ")
    box(page, two).check()
    page.locator("main form button.main").click()
    expect(page.get_by_role("status").filter(has_text=f"{two}: done")).to_be_visible()
    assert drafts(page) == 0
    sent = shop.trail.order(number=two[:-2]).shipments["1"].tracking
    assert sent is not None
    assert (sent.number, sent.carrier) == ("1Z2", "UPS")


def test_a_session_that_ends_while_shipments_are_chosen_loses_nothing(opened: Opened, shop: Shop) -> None:
    one, two = ready(shop, "Ended", 2, packed=False)
    page, at = opened("wanda"), "/shipping?stage=pick&warehouse=Ended"
    page.goto(at)
    box(page, one).check()
    suggested = field(page, "pick_list").input_value()
    page.context.clear_cookies()
    page.goto(at)
    sign_in(page, "wanda")
    expect(box(page, one)).to_be_checked()
    # By the clock of another zone another name is suggested.
    page.get_by_label("Time zone").fill("Asia/Tokyo")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Times are in Japan")).to_be_visible()
    expect(box(page, one)).to_be_checked()
    expect(field(page, "pick_list")).not_to_have_value(suggested)  # nobody typed it, and it is a list of its own
    field(page, "pick_list").fill("PL-KEPT")
    page.context.clear_cookies()
    page.locator("main form button.main").click()
    sign_in(page, "wanda")
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_role("status").filter(has_text=f"{one}: done")).to_be_visible()
    assert drafts(page) == 0
    assert shop.trail.order(number=one[:-2]).shipments["1"].pick_list == "PL-KEPT"
    assert shop.trail.order(number=two[:-2]).shipments["1"].pick_list is None


def test_all_rows_of_a_page_are_chosen_at_once(opened: Opened, shop: Shop) -> None:
    names = ready(shop, "All", 3)
    page, at = opened("wanda"), "/shipping?stage=ship&warehouse=All"
    page.goto(at)
    everything = page.get_by_label("Choose all on this page")
    everything.focus()
    page.keyboard.press("Space")
    for name in names:
        expect(box(page, name)).to_be_checked()
    page.goto(at)  # the draft has them
    for name in names:
        expect(box(page, name)).to_be_checked()
    expect(everything).to_be_checked()
    box(page, names[0]).uncheck()
    expect(everything).not_to_be_checked()
    assert everything.evaluate("box => box.indeterminate")
    everything.check()
    expect(box(page, names[0])).to_be_checked()
    everything.uncheck()
    for name in names:
        expect(box(page, name)).not_to_be_checked()
    box(page, names[0]).check()
    field(page, "carrier").fill("UPS")
    expect(everything).not_to_be_checked()


def test_all_orders_of_a_page_are_chosen_at_once(opened: Opened, shop: Shop) -> None:
    numbers = [shop.place(market="ALL") for _ in range(2)]
    page = opened()
    page.goto("/orders?market=ALL")
    page.get_by_label("Choose all on this page").check()
    page.locator('main [name="operation"]').select_option("hold_order")
    page.get_by_role("button", name="Preview").click()
    page.wait_for_url("**/orders/many")
    for number in numbers:
        expect(page.get_by_role("main")).to_contain_text(number)


def test_where_no_script_runs_no_box_for_all_is_shown(opened: Opened, shop: Shop) -> None:
    names = ready(shop, "Plain", 1)
    page = opened("wanda", java_script_enabled=False)
    page.goto("/shipping?stage=ship&warehouse=Plain")
    expect(box(page, names[0])).to_be_visible()
    expect(page.get_by_label("Choose all on this page")).to_be_hidden()


def sign_in(page: Page, name: str) -> None:
    """Sign in where the page for it is open."""
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_nobody_leaves_drafts_to_the_next_at_a_browser(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    page, at = opened(), f"/orders/{number}"
    composer = page.locator(".composer textarea")
    page.goto(at)
    composer.fill("For my eyes")
    page.context.clear_cookies()  # a session that ends, which is no signing out
    page.goto(at)
    sign_in(page, "bruno")
    expect(composer).to_have_value("")
    composer.fill("Bruno's own")
    page.context.clear_cookies()
    page.goto(at)
    sign_in(page, "anna")
    expect(composer).to_have_value("For my eyes")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    assert drafts(page) == 1
    page.goto(at)
    sign_in(page, "anna")
    expect(composer).to_have_value("")


def test_new_entries_are_announced_and_nothing_moves(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    page = opened()
    page.goto(f"/orders/{number}")
    before = page.locator("#entries").inner_html()
    with shop.trail.acting("bruno", channel="Order Management") as desk:
        desk.add_note(shop.trail.order(number=number).id, title="Just now")
    expect(page.locator(".news")).to_contain_text("One new entry: show it")
    assert page.locator("#entries").inner_html() == before
    page.locator(".news a").click()
    expect(page.locator("#notes .entry.custom")).to_contain_text("Just now")


IN_VIEW = """() => {
  const [top] = [...document.querySelectorAll(".entry, [id^=p-]")]
    .filter((one) => one.offsetParent && one.getBoundingClientRect().bottom > 60);
  return top.id;
}"""
"""The first entry that somebody reads where they are on the page."""

TOP = "(id) => document.getElementById(id).getBoundingClientRect().top"


def of_many_calls(shop: Shop) -> tuple[str, str]:
    """Number and id of an order with more notes than a screen shows."""
    number = shop.place()
    order = shop.trail.order(number=number).id
    with shop.trail.acting("bruno", channel="Order Management") as desk:
        for n in range(40):
            desk.add_note(order, title=f"call {n}", detail="She rang about the tent.\nWe wrote back.")
    return number, order


def test_what_is_read_stays_where_it_is_while_new_entries_are_announced(opened: Opened, shop: Shop) -> None:
    number, order = of_many_calls(shop)
    page = opened()
    for path, width in (
        (f"/orders/{number}", 1280),
        (f"/orders/{number}", 375),
        ("/activity", 1280),
        ("/activity", 375),
    ):
        page.set_viewport_size({"width": width, "height": 800})
        for share in (0.3, 0.6, 0.9):
            page.goto(path)
            assert page.locator(".news[role=status]").count() == 1, "it listens before anything is said"
            page.evaluate(
                "(share) => { const all = [...document.querySelectorAll('[id^=e-], [id^=p-]')];"
                " all[Math.floor(share * (all.length - 1))].scrollIntoView(); }",
                share,
            )
            entry = page.evaluate(IN_VIEW)
            before = page.evaluate(TOP, entry)
            with shop.trail.acting("bruno", channel="Order Management") as desk:
                desk.add_note(order, title="Just now")
            expect(page.locator(".news a")).to_be_visible()
            expect(page.locator(".news a")).to_be_in_viewport(ratio=1)
            assert page.evaluate(TOP, entry) == before, (path, width, share)
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_newest_entry_is_in_view_once_new_ones_are_shown(opened: Opened, shop: Shop) -> None:
    number, order = of_many_calls(shop)
    page = opened()
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 800})
        for path in (f"/orders/{number}", f"/orders/{number}#notes", f"/orders/{number}?text=call", "/activity"):
            page.goto("/shipping")
            page.goto(path)
            page.locator("[id^=e-], [id^=p-]").nth(30).scroll_into_view_if_needed()
            with shop.trail.acting("bruno", channel="Order Management") as desk:
                for said in ("Just before", f"Just now at {path}, {width}"):
                    desk.add_note(order, title=said)
            expect(page.locator(".news a")).to_contain_text("2 new entries")
            with page.expect_navigation():
                page.locator(".news a").click()
            page.wait_for_load_state()
            for _ in range(3):  # and stays so
                expect(page.get_by_text(f"Just now at {path}, {width}").first).to_be_in_viewport(ratio=1)
                page.wait_for_timeout(100)


def test_what_has_the_focus_is_not_under_the_bar(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    order = shop.trail.order(number=number).id
    with shop.trail.acting("bruno", channel="Order Management") as desk:
        for n in range(30):
            desk.add_note(order, title=f"call {n}")
        page = opened()
        page.goto(f"/orders/{number}")
        page.locator("#e-20").focus()
        desk.add_note(order, title="Just now")
    expect(page.locator(".news a")).to_be_visible()
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        bar = page.locator(".news a").bounding_box()
        here = page.evaluate_handle("document.activeElement").as_element()
        assert here is not None
        box = here.bounding_box()
        assert bar is not None
        assert box is not None
        assert not (
            bar["x"] <= box["x"] and box["y"] >= bar["y"] and box["y"] + box["height"] <= bar["y"] + bar["height"]
        )


def test_what_colleagues_say_is_not_put_on_paper_unasked(opened: Opened, shop: Shop) -> None:
    number = shop.place(attributes={"rating": "difficult"}, customer={"id": "C-77"})
    order = shop.trail.order(number=number).id
    with shop.trail.acting("anna", channel="Order Management") as desk:
        desk.add_note(order, title="Between us", detail="He is rude.")
        desk.pin_note(order, note=2)
        desk.add_note(order, title="Dear customer", visibility="customer")
        desk.hold_order(order, reason="fraud")
        desk.hold_shipment(order, shipment="1", reason="smells")
        desk.add_manual_discount(order, amount="1.00", reason="goodwill")
    page = opened()
    said = (
        "Between us",
        "He is rude",
        "Suspicion of fraud",
        "smells",
        "difficult",
        "C-77",
        "Goodwill",
        "Dear customer",
    )
    there, instead = page.get_by_text("Tent for two"), page.get_by_text("on the page of")
    for path in (f"/orders/{number}", f"/orders/{number}?as_of=6", f"/orders/{number}/notes/2", "/activity"):
        page.goto(path)
        secret = [page.get_by_text(text) for text in said]
        assert any(one.is_visible() for each in secret for one in each.all())
        assert not instead.is_visible()
        page.emulate_media(media="print")
        assert not any(one.is_visible() for each in secret for one in each.all()), path
        assert instead.is_visible()
        assert any(one.is_visible() for one in there.all()) is ("/notes" not in path and path != "/activity")
        for control in ("JSON", "CSV", "Print", "Find", "As it stands now", "Remove manual discount"):
            assert not any(one.is_visible() for one in page.get_by_text(control, exact=True).all()), control
        page.emulate_media(media="screen")
    page.goto(f"/orders/{number}/print?internal=1")
    page.emulate_media(media="print")
    expect(page.get_by_text("He is rude")).to_be_visible()


def test_each_warehouse_is_printed_on_a_page_of_its_own(opened: Opened, shop: Shop) -> None:
    for warehouse in ("Basel", "Chur"):
        shipment = {"method": "Ground", "quantities": {"1": 1}, "warehouse": warehouse}
        order = shop.trail.order(number=shop.place(shipments={"1": shipment})).id
        with shop.trail.acting("wanda", channel="Warehouse") as desk:
            desk.release_shipment(order, shipment="1")
            desk.add_to_pick_list(order, shipment="1", pick_list="PL-PAGES")
    page = opened()
    page.goto("/shipping/list?pick_list=PL-PAGES")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf())) == 4  # and a packing slip for each shipment


LINES = """one => {
  const range = document.createRange();
  const found = [];
  const walker = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    range.selectNodeContents(walker.currentNode);
    found.push(new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size);
  }
  return found;
}"""
"""In how many lines each text of an element stands."""


def test_no_amount_and_no_end_of_an_address_is_broken(opened: Opened, shop: Shop) -> None:
    line = {"sku": "TENT-2", "name": "Tent for two", "quantity": 1, "unit_price": "1644474.20"}
    address = "konstantin.mercy-taylor@warehouse.example.com"
    number = shop.place(line_items={"1": line}, currency="SEK", customer={"name": "Mercy Taylor", "email": address})
    page = opened()
    for language in ("de", "en"):
        page.goto("/orders")
        page.locator("[name=language]").select_option(language)
        page.locator(".foot button").click()
        page.locator(f"html[lang={language}]").wait_for()
        page.goto(f"/orders/{number}")
        for width in (320, 375, 600, 768, 1024, 1280, 1600, 1920):
            page.set_viewport_size({"width": width, "height": 800})
            sums = page.locator(".facts .sum")
            assert sums.count() == 4
            for one in (*sums.all(), page.locator(".facts a", has_text="@")):
                assert set(one.evaluate(LINES)) == {1}, (language, width, one.inner_text())
            expect(page.locator(".facts a", has_text="@")).to_have_text(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (language, width)
            boxes = [box for one in page.locator(".head-card .facts > div").all() if (box := one.bounding_box())]
            card = page.locator(".head-card").bounding_box()
            assert card is not None
            assert all(box["x"] + box["width"] <= card["x"] + card["width"] for box in boxes)


def hide(page: Page, hidden: bool) -> None:
    """Make a page one that nobody looks at, as a browser does with all tabs but one; or look at it again."""
    page.evaluate(
        "(hidden) => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        hidden,
    )


def test_however_many_pages_are_open_each_can_be_worked(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    first = opened()
    first.goto(f"/orders/{number}")
    hide(first, True)
    for _ in range(6):  # as many connections as a browser has to one server
        page = first.context.new_page()
        page.goto(f"/orders/{number}")
        hide(page, True)
    page.locator(".composer textarea").fill("Seven pages")
    page.get_by_role("button", name="Save internal note").click()
    page.wait_for_url("**done=*")
    hide(first, False)
    expect(first.locator(".news")).to_contain_text("One new entry: show it")


def test_a_page_says_that_its_session_has_ended(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    page = opened()
    page.goto(f"/orders/{number}")
    hide(page, True)
    page.context.clear_cookies()
    hide(page, False)
    expect(page.locator("#told")).to_contain_text("Your session has ended")


def test_a_double_click_does_it_once(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    page = opened()
    page.goto(f"/orders/{number}/do/add_payment")
    field(page, "method").fill("Card")
    page.locator("main form button.main").dblclick()
    page.wait_for_url("**done=*")
    assert len(shop.trail.order(number=number).payments) == 1


def test_a_session_that_ends_while_a_note_is_written_loses_nothing(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    page = opened()
    page.goto(f"/orders/{number}")
    page.locator(".composer textarea").fill("Flat 12.\nRings twice.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save internal note").click()
    expect(page.get_by_text("what you typed is kept")).to_be_visible()
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Send it now").click()
    expect(page.locator("#notes .entry.custom")).to_contain_text("Rings twice.")
    assert drafts(page) == 0


def test_a_server_that_is_gone_shows_and_comes_back(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    page = opened()
    page.goto(f"/orders/{number}")
    shop.stop()
    try:
        expect(page.locator("#told")).to_contain_text("The server does not answer", timeout=20_000)
    finally:
        shop.start()
    expect(page.locator("#told")).to_be_empty(timeout=20_000)


def happened(shop: Shop, number: str) -> list[str | None]:
    """What is recorded of an order."""
    return [note.event_type for note in shop.trail.order(number=number).order_notes]


def test_a_form_that_no_server_would_take_waits_for_it(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    page = opened()
    page.goto(f"/orders/{number}/do/hold_order")
    page.locator('main [name="reason/code"]').select_option("address")
    page.wait_for_timeout(1_100)  # after so long it is asked anew whether the server is there
    shop.stop()
    try:
        page.locator('main [name="reason/comment"]').fill("No number 21.")
        expect(page.locator("#told")).to_contain_text("The server does not answer", timeout=20_000)
        page.locator("main form button.main").click()
        page.locator("main form button.main").click()
        expect(page.locator('main [name="reason/comment"]')).to_have_value("No number 21.")
    finally:
        shop.start()
    expect(page.get_by_text("On hold: Address to be checked: No number 21.")).to_be_visible(timeout=20_000)
    assert happened(shop, number).count("OrderGroupOnHold") == 1


def test_a_note_waits_for_the_server_as_soon_as_the_page_says_that_it_is_gone(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    page = opened()
    page.goto(f"/orders/{number}")
    page.wait_for_timeout(500)  # for the stream
    page.locator(".composer textarea").fill("Rang twice")
    shop.stop()
    try:
        expect(page.locator("#told")).to_contain_text("The server does not answer", timeout=20_000)
        page.get_by_role("button", name="Save internal note").click()
        page.wait_for_timeout(500)
        expect(page.locator(".composer textarea")).to_have_value("Rang twice")
    finally:
        shop.start()
    expect(page.locator("#notes .entry.custom")).to_contain_text("Rang twice", timeout=20_000)
    assert [note.detail for note in shop.trail.order(number=number).order_notes if note.type == "Custom"] == [
        "Rang twice"
    ]


def test_a_form_that_is_changed_while_it_waits_is_not_sent_by_itself(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    page = opened()
    page.goto(f"/orders/{number}/do/hold_order")
    page.locator('main [name="reason/code"]').select_option("address")
    page.wait_for_timeout(1_100)
    shop.stop()
    try:
        page.locator("main form button.main").hover()
        expect(page.locator("#told")).to_contain_text("The server does not answer", timeout=20_000)
        page.locator("main form button.main").click()
        page.locator('main [name="reason/comment"]').fill("Changed")
    finally:
        shop.start()
    expect(page.locator("#told")).to_be_empty(timeout=20_000)
    assert "OrderGroupOnHold" not in happened(shop, number)
    page.locator("main form button.main").click()
    expect(page.get_by_text("On hold: Address to be checked: Changed")).to_be_visible()


def test_what_is_typed_is_text_wherever_it_is_shown(opened: Opened, shop: Shop) -> None:
    """Each of a known list of texts in every field that takes one; what ran would say so."""
    page = opened()
    dialogs: list[str] = []

    def said(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", said)
    shorts = [text[:200] for text in LISTED]
    all_at_once = shop.place(
        line_items={
            str(n): {"sku": short, "name": short, "quantity": 1, "unit_price": "1.00"} for n, short in enumerate(shorts)
        },
        shipments={
            str(n): {"method": short, "quantities": {str(n): 1}, "warehouse": short, "address": {"city": short}}
            for n, short in enumerate(shorts)
        },
        attributes={f"gift{n}": text for n, text in enumerate(LISTED)},
        references={f"erp{n}": short for n, short in enumerate(shorts)},
    )
    with shop.trail.acting("anna", channel="Order Management") as desk:
        order_id = shop.trail.order(number=all_at_once).id
        for text, short in zip(LISTED, shorts, strict=True):
            desk.add_note(order_id, title=short, detail=text)
            desk.add_payment(order_id, amount="1.00", method=short, reference=short)
            desk.hold_order(order_id, reason=text)
            desk.release_hold(order_id)
    numbers = {all_at_once: ["", "/notes/2", "/print?internal=1", "/do/change_customer"]}
    for text, short in zip(LISTED, shorts, strict=True):
        number = shop.place(customer={"name": short, "email": short}, customer_comment=text, market=short)
        with shop.trail.acting("anna", channel=short) as desk:
            desk.hold_order(shop.trail.order(number=number).id, reason=text)
        numbers[number] = [""]
    numbers[number] = numbers[all_at_once]
    for number, paths in numbers.items():
        for path in paths:
            page.goto(f"/orders/{number}{path}")
            assert page.evaluate("window.ran") is None, (number, path)
            assert page.locator("script:not([src])").count() == 0
            assert page.locator("main :is(img, iframe, object, embed, base, meta, style, svg:not(.icon))").count() == 0
    for path in ("/orders", "/activity", f"/orders?find={quote(LISTED[0])}", f"/orders?market={quote(LISTED[1])}"):
        page.goto(path)
        assert page.evaluate("window.ran") is None, path
    assert dialogs == []


def test_older_notes_come_below_and_one_goes_on_with_the_first(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    with shop.trail.acting("anna", channel="Order Management") as desk:
        for n in range(2, 75):
            desk.add_note(shop.trail.order(number=number).id, title=f"call {n}")
    page = opened()
    page.goto(f"/orders/{number}")
    expect(page.locator("#notes .entry")).to_have_count(50)
    page.get_by_role("link", name="Older").last.click()
    expect(page.locator("#notes .entry")).to_have_count(74)
    expect(page.locator("#e-24")).to_be_focused()
    expect(page.locator("#e-74")).to_be_attached()
    expect(page.locator("#notes .count")).to_contain_text("Showing 74 of 74")
    page.goto(f"/orders/{number}?after=71")
    expect(page.locator("#notes .count")).to_contain_text("Showing 5–54 of 74")
    page.get_by_role("link", name="Older").last.click()
    expect(page.locator("#notes .count")).to_contain_text("Showing 5–74 of 74")


def test_what_was_found_is_marked_and_leads_into_its_context(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    with shop.trail.acting("anna", channel="Order Management") as desk:
        for n in range(2, 75):
            desk.add_note(shop.trail.order(number=number).id, title=f"call {n}")
    page = opened()
    page.goto(f"/orders/{number}")
    page.get_by_label("Find in these notes").last.fill("CALL 9")
    page.get_by_label("Find in these notes").last.press("Enter")
    expect(page.locator("mark")).to_have_text("call 9")
    page.get_by_role("link", name="in its context").click()
    expect(page.locator("#e-9")).to_be_in_viewport()
    expect(page.locator("#e-10")).to_be_attached()


def test_going_back_leads_to_the_notes_one_came_from(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    with shop.trail.acting("anna", channel="Order Management") as desk:
        for n in range(2, 125):
            desk.add_note(shop.trail.order(number=number).id, title=f"call {n}")
    page = opened()
    for seq in (70, 20, 100):  # on the second page, the third, and the first, below which the others were loaded
        page.goto(f"/orders/{number}")
        for last in (25, 1):
            page.get_by_role("link", name="Older").last.click()
            expect(page.locator(f"#e-{last}")).to_be_attached()
        page.locator(f"#e-{seq} .seq").click()
        page.wait_for_url(f"**/notes/{seq}")
        page.go_back()
        expect(page.locator(f"#e-{seq}")).to_be_in_viewport()


def test_going_back_leads_into_a_fold(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    with shop.trail.acting("anna", channel="Order Management") as desk:
        for warehouse in ("Bern", "Genf", "Chur"):
            desk.change_warehouse(shop.trail.order(number=number).id, shipment="1", warehouse=warehouse)
    page = opened()
    page.goto(f"/orders/{number}")
    page.locator(".fold > summary").click()
    page.locator("#e-3 .seq").click()
    page.wait_for_url("**/notes/3")
    page.go_back()
    expect(page.locator("#e-3")).to_be_focused()
    expect(page.locator("#e-3")).to_be_in_viewport()


def test_page_keys_are_the_browsers_but_in_the_notes(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    page = opened()
    page.set_viewport_size({"width": 800, "height": 600})
    page.goto(f"/orders/{number}")
    page.keyboard.press("PageDown")
    page.wait_for_function("scrollY > 0")
    assert page.evaluate("document.activeElement === document.body")
    with shop.trail.acting("anna", channel="Order Management") as desk:
        desk.add_note(shop.trail.order(number=number).id, title="Rang")
    page.reload()
    page.locator("#e-2").focus()
    page.keyboard.press("PageDown")
    expect(page.locator("#e-1")).to_be_focused()
    page.keyboard.press("PageUp")
    expect(page.locator("#e-2")).to_be_focused()


def test_times_are_in_the_zone_of_the_browser_until_another_is_chosen(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    page = opened(timezone_id="Asia/Tokyo")
    expect(page.get_by_text("Times are in Japan Standard Time (UTC+9).")).to_be_visible()
    page.goto(f"/orders/{number}")
    page.get_by_label("Time zone").fill("Tokio")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("alert")).to_contain_text("'Tokio' is no time zone")
    expect(page.get_by_label("Time zone")).to_have_value("Tokio")
    page.get_by_label("Time zone").fill("zurich")
    page.get_by_role("button", name="Apply").click()
    page.get_by_role("button", name="Europe/Zurich").click()
    expect(page.get_by_role("heading", name=f"Order {number}")).to_be_visible()
    expect(page.get_by_text("Times are in Central European")).to_be_visible()
    page.get_by_label("Time zone").fill("UTC")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Times are in Coordinated Universal Time (UTC).")).to_be_visible()
    page.wait_for_load_state()
    page.reload()
    expect(page.get_by_text("Times are in Coordinated Universal Time (UTC).")).to_be_visible()


def test_a_language_that_is_chosen_before_one_signs_in_leaves_the_zone(browser: Browser, shop: Shop) -> None:
    context = browser.new_context(base_url=shop.url, timezone_id="Asia/Tokyo")
    page = context.new_page()
    page.goto("/sign-in")
    expect(page.locator("[name=zone]")).to_have_value("Asia/Tokyo")
    page.locator("[name=language]").select_option("de")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Japanische Normalzeit (UTC+9)")).to_be_visible()
    context.close()


def test_single_keys_can_be_switched_off(opened: Opened, shop: Shop) -> None:
    number = shop.place()
    page = opened()
    page.goto(f"/orders/{number}")
    page.keyboard.press("j")
    expect(page.locator("#e-1")).to_be_focused()
    page.get_by_label("Single keys").uncheck()
    page.goto(f"/orders/{number}")
    expect(page.get_by_label("Single keys")).not_to_be_checked()
    for key in "jkn/":
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement === document.body"), key
    page.get_by_label("Single keys").check()
    page.goto(f"/orders/{number}")
    page.keyboard.press("n")
    expect(page.locator(".composer textarea")).to_be_focused()
    page = opened(java_script_enabled=False)
    page.goto(f"/orders/{number}")
    expect(page.get_by_label("Single keys")).to_be_hidden()
