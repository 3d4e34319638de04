"""An order by phone, from nothing: who, what, where it goes, how it is paid, on one form."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from litestar import Response, get, post
from msgspec import Struct

from ordertrail.errors import InvalidInput, NotFound, Refused, StoreError
from ordertrail.orders.model import LONGEST_TEXT, Address, Customer
from ordertrail.orders.statuses import TransactionType
from ordertrail.trail import OrderTrail
from ordertrail.web.asking import AnyRequest, AtSite, Trail, desk_for, showing, to_perform
from ordertrail.web.console.entering import said_by
from ordertrail.web.console.forms import HINTS, Choice, Field, arguments_of, blamed, offered, reason_field
from ordertrail.web.console.keys import key_after, key_of, mark_of, new_key
from ordertrail.web.console.pages import View, page, redirect, view_of
from ordertrail.web.console.reasons import why
from ordertrail.web.console.wording import words
from ordertrail.web.problems import status_of

FEWEST_ROWS = 3
MOST_ROWS = 100


def fields_for(trail: OrderTrail, values: Mapping[str, str], rows: int) -> tuple[Field, ...]:
    """The form: `rows` is how many line items it has room for."""
    draw = Drawing(values)
    return (
        draw.group("customer", *draw.all_of(Customer, "customer")),
        draw.one("market", required=True),
        draw.one("currency", required=True, hint="Three letters, such as USD."),
        draw.group("line_items", *(_line(draw, number) for number in range(1, rows + 1))),
        _shipment(draw),
        draw.group(
            "billing_address",
            *draw.all_of(Address, "billing_address"),
            title="Billing address, if another",
            optional=True,
        ),
        _payment(draw),
        draw.group("coupon", draw.one("coupon/code"), draw.one("coupon/discount", "number"), optional=True),
        reason_field("hold", title="Put on hold at once", values=values, reasons=offered(trail.reasons, "place_order")),
        draw.one("customer_comment", "lines", longest=LONGEST_TEXT, label="What the customer says"),
    )


class Drawing(NamedTuple):
    """Draws fields in which these values stand."""

    values: Mapping[str, str]

    def one(self, name: str, kind: str = "text", **more: Any) -> Field:
        """A field."""
        named = {"label": words(name.rpartition("/")[2]), **more}
        return Field(name=name, kind=kind, value=self.values.get(name, ""), **named)

    def group(self, name: str, *fields: Field, title: str = "", optional: bool = False) -> Field:
        """A group of fields."""
        label = title or words(name.rpartition("/")[2])
        return Field(name=name, label=label, kind="group", fields=fields, optional=optional)

    def all_of(self, struct: type[Struct], at: str) -> Iterator[Field]:
        """A field for each text that a struct holds."""
        return (self.one(f"{at}/{name}") for name in struct.__struct_fields__)


def _line(draw: Drawing, number: int) -> Field:
    at = f"line_items/{number}"
    numbers = (draw.one(f"{at}/{name}", "number") for name in ("quantity", "unit_price", "discount", "tax"))
    return draw.group(at, draw.one(f"{at}/sku"), draw.one(f"{at}/name"), *numbers)


def _shipment(draw: Drawing) -> Field:
    return draw.group(
        "shipment",
        draw.one("shipment/method"),
        draw.one("shipment/warehouse"),
        draw.one("shipment/shipping", "number"),
        draw.one("shipment/promised", "moment"),
        draw.one("shipment/awaiting_inventory", "flag"),
        draw.group("shipment/address", *draw.all_of(Address, "shipment/address")),
    )


def _payment(draw: Drawing) -> Field:
    kinds = tuple(Choice(kind, kind) for kind in (TransactionType.SALE, TransactionType.AUTHORIZATION))
    return draw.group(
        "payment",
        draw.one("payment/amount", "number"),
        draw.one("payment/method"),
        draw.one("payment/transaction_type", "choice", choices=kinds),
        draw.one("payment/reference"),
        draw.one("payment/pending", "flag"),
        draw.one("payment/overpayment", "flag", hint=HINTS["overpayment"]),
        optional=True,
    )


def order_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """What the form says as an order to be placed: all of it in one shipment."""
    found = {name: value for name, value in said.items() if name not in ("shipment", "payment", "coupon")}
    found |= {"currency": found["currency"].upper()} if "currency" in found else {}
    lines = found.get("line_items", {})
    if said.get("shipment"):
        quantities = {key: line["quantity"] for key, line in lines.items() if "quantity" in line}
        found["shipments"] = {"1": {**said["shipment"], "quantities": quantities}}
    if said.get("payment"):
        found["payments"] = {"1": said["payment"]}
    if said.get("coupon"):
        coupon = said["coupon"]
        found["coupons"] = {coupon.get("code", ""): {k: v for k, v in coupon.items() if k != "code"}}
    return found


@get("/orders/new", permissions=to_perform("place_order"), include_in_schema=False, sync_to_thread=False)
def show_new(trail: Trail, site: AtSite, request: AnyRequest) -> Response[Any]:
    """The form of a new order, with room for as many line items as are asked for."""
    return _form(trail, view_of(request, trail, site), {}, _rows(str(request.query_params.get("rows", ""))))


@post("/orders/new", permissions=to_perform("place_order"), include_in_schema=False, sync_to_thread=True)
def place(trail: Trail, site: AtSite, request: AnyRequest) -> Response[Any]:
    """Place it; or make room for more line items, where that was asked for."""
    view, said = view_of(request, trail, site), said_by(request)
    rows = _rows(said.text("rows"))
    if said.text("more"):
        return _form(trail, view, said.texts, min(rows + FEWEST_ROWS, MOST_ROWS), key=said.text("form_key"))
    fields = fields_for(trail, {}, rows)
    key = key_of(said.text("form_key") or new_key(), "place_order", "")
    desk, cause = desk_for(trail, view.who), request.scope["state"]["request_id"]
    try:
        given = order_of(arguments_of(fields, said.texts, view.reader.plain, view.reader.understood))
        _check_complete(given)
        order = desk.place_order(given, idempotency_key=key, cause=cause)
    except (InvalidInput, NotFound, Refused) as error:
        key = key_after(error, said.text("form_key"))
        return _form(trail, view, said.texts, rows, status_of(type(error)), key=key, wrong=why(error))
    except StoreError as error:
        # Whether it was placed is not known; sent again under the same key it is placed once.
        key = said.text("form_key")
        return _form(trail, view, said.texts, rows, status_of(type(error)), key=key, wrong=why(error))
    showing(request, [order.id])
    return redirect(view, f"/orders/{order.number}", done=f"1.{mark_of(said.text('form_key'))}")


def _check_complete(given: Mapping[str, Any]) -> None:
    """Raise InvalidInput where an order lacks what the record does without: an Enter too early places none."""
    if not given.get("line_items"):
        raise InvalidInput("this order has no line item: say what is bought")
    if not given.get("shipments"):
        raise InvalidInput("these goods have no shipment: say by which method they leave")


def _rows(text: str) -> int:
    known = text.isascii() and text.isdecimal() and len(text) < 4
    return max(FEWEST_ROWS, min(int(text), MOST_ROWS)) if known else FEWEST_ROWS


def _form(
    trail: OrderTrail,
    view: View,
    values: Mapping[str, str],
    rows: int,
    status: int = HTTPStatus.OK,
    *,
    key: str = "",
    wrong: str = "",
) -> Response[Any]:
    return page(
        view,
        "new.html",
        status,
        fields=blamed(fields_for(trail, values, rows), wrong),
        rows=rows,
        key=key or new_key(),
        again=bool(key),
        wrong=wrong,
    )
