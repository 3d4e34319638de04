"""The pages of orders: one order in full, and a list. What a part holds is read from its Struct, never listed here."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec
from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from ordertrail.cli.output import one_line
from ordertrail.cli.timeline import moment
from ordertrail.notes.reading import readable
from ordertrail.orders.model import Order, Reason, canonical, natural
from ordertrail.orders.money import minor_units
from ordertrail.reading import OrderSummary, RecordedOrder

BAD = "red"


def recorded(order: RecordedOrder) -> dict[str, Any]:
    """An order as JSON: the document as it is stored, and where its chain stands."""
    return {
        "number": order.number,
        "version": order.version,
        "changed_seq": order.changed_seq,
        "head": order.head.hex(),
        "order": msgspec.Raw(canonical(order.document)),
    }


def summary(order: OrderSummary) -> dict[str, Any]:
    """An order of a list as JSON: amounts with their point, as everywhere else."""
    amounts = {name: str(major(getattr(order, name), order.currency)) for name in ("total", "balance")}
    return msgspec.structs.asdict(order) | amounts


def major(amount: int, currency: str) -> Decimal:
    """An amount in minor units as people write it: 24900 USD is 249.00."""
    return Decimal(amount).scaleb(-minor_units(currency))


# A list


def list_of(orders: Iterable[OrderSummary]) -> Table:
    """A table of orders."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for heading in ("Number", "Status", "Placed", "Customer", "Market"):
        table.add_column(heading, overflow="fold")
    for heading in ("Total", "Balance"):
        table.add_column(heading, justify="right", no_wrap=True)
    for order in orders:
        customer = order.customer_name or order.customer_email or order.customer_id or "–"
        balance = major(order.balance, order.currency)
        cells = [order.number, order.status, f"{order.placed.astimezone():%Y-%m-%d %H:%M}", customer, order.market]
        money = Text(f"{major(order.total, order.currency)} {order.currency}"), _balance(balance)
        table.add_row(*(Text(one_line(cell)) for cell in cells), *money)
    return table


def _balance(balance: Decimal) -> Text:
    return Text(str(balance), style="dim" if not balance else BAD if balance < 0 else "")


# One order


def heading(order: Order) -> Text:
    """The order in a line: number, status, total, customer."""
    customer = order.customer
    name = (customer and (customer.name or customer.email or customer.id)) or "guest"
    said = [f"{order.totals.total} {order.currency}", one_line(name), one_line(order.market)]
    return Text.assemble((order.number, "bold"), "  ", (order.status, "bold cyan"), "  ", " · ".join(said))


def print_order(out: Console, order: RecordedOrder) -> None:
    """All that an order holds."""
    out.print(heading(order), soft_wrap=True)
    where = f"as of entry {order.version}, last changed by entry {order.changed_seq}"
    out.print(Text(f"placed {moment(order.placed)} · {one_line(order.channel)} · {where}", style="dim"), soft_wrap=True)
    for title, page in _sections(order):
        out.print()
        out.print(Text(title, style="bold"))
        out.print(page)


HEADED = ("id", "number", "status", "market", "currency", "channel", "placed", "totals", "counters")
"""Fields of an order that the heading and the money say, or that say nothing to people."""


def _sections(order: RecordedOrder) -> Iterator[tuple[str, RenderableType]]:
    held = {field.name: getattr(order, field.name) for field in msgspec.structs.fields(Order)}
    said_below = {name: value for name, value in held.items() if value and name not in HEADED}
    parts = {name: value for name, value in said_below.items() if _is_collection(value)}
    facts = {name: value for name, value in said_below.items() if name not in parts}
    if facts:
        yield "Order", _facts(order, facts)
    for name, collection in parts.items():
        yield name.replace("_", " ").capitalize(), _parts(order, collection)
    yield "Money", _money(order)


def _is_collection(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(part, msgspec.Struct) for part in value.values())


def _parts(order: Order, parts: Mapping[str, msgspec.Struct]) -> Table:
    """A collection: what each part of its kind has in columns, and last whatever else is known of it."""
    fields = msgspec.structs.fields(next(iter(parts.values())))
    always = [field.name for field in fields if field.required]
    others = [field.name for field in fields if not field.required]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("  id", *always, ""):
        justify: Literal["left", "right"] = "right" if _is_amount(parts, name) else "left"
        table.add_column(name.replace("_", " "), overflow="fold", justify=justify)
    for key in natural(parts):
        cells = (Text(one_line(said(order, getattr(parts[key], name)))) for name in always)
        table.add_row(Text(f"  {key}", style="bold"), *cells, Text(_more(order, parts[key], others), style="dim"))
    return table


def _more(order: Order, part: msgspec.Struct, names: Iterable[str]) -> str:
    known = ((name.replace("_", " "), getattr(part, name)) for name in names)
    return one_line("; ".join(f"{name} {said(order, value)}" for name, value in known if value))


def _is_amount(parts: Mapping[str, msgspec.Struct], name: str) -> bool:
    return all(isinstance(getattr(part, name, None), Decimal) for part in parts.values())


def _facts(order: Order, facts: Mapping[str, Any]) -> Table:
    table = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        table.add_row(Text(f"  {name.replace('_', ' ')}", style="dim"), Text(one_line(said(order, value))))
    return table


def _money(order: Order) -> Table:
    """The totals that are not zero; the balance says whose it is."""
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    for name, amount in msgspec.structs.asdict(order.totals).items():
        main = name in ("total", "balance")
        if amount or main:
            whose = _whose(amount) if name == "balance" else ""
            table.add_row(
                Text(f"  {name}", style="dim"), Text(str(amount), style="bold" if main else ""), Text(whose, style=BAD)
            )
    return table


def _whose(balance: Decimal) -> str:
    if not balance:
        return ""
    return "due" if balance > 0 else "owed to the customer"


def said(order: Order, value: Any) -> str:
    """A value of an order as people read it."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, Reason):
        return value.label if value.comment is None else f"{value.label}: {value.comment}"
    if isinstance(value, msgspec.Struct):
        return ", ".join(said(order, item) for key, item in msgspec.structs.asdict(value).items() if item)
    if isinstance(value, dict):
        return ", ".join(_item(order, key, value[key]) for key in natural(value))
    return readable(value)


def _item(order: Order, key: str, value: Any) -> str:
    """An entry of a map: an amount of a line item by the item's name."""
    line = order.line_items.get(key) if isinstance(value, Decimal | msgspec.Struct) else None
    if line is not None and isinstance(value, Decimal):
        return f"{value} × {line.name}"
    return f"{key if line is None else line.name} {said(order, value)}"
