"""The pages of orders: one order in full, and a list. What a part holds is read from its Struct, never listed here."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ordertrail.cli.output import UNLIMITED, here, one_line, print_hanging
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


def print_list(out: Console, orders: Sequence[OrderSummary]) -> None:
    """A table of orders; two lines for each where the terminal is too narrow for it."""
    table = _list(orders)
    if out.measure(table, options=out.options.update(max_width=UNLIMITED)).maximum <= out.width:
        out.print(table)
        return
    for order in orders:
        number, status, placed, customer, market = _cells(order)
        balance = Text(" · balance ") + _balance(order) if order.balance else Text()
        out.print(Text.assemble((number, "bold"), f"  {status}  ") + _total(order) + balance)
        print_hanging(out, Text("  "), Text(f"{customer} · {market} · {placed}", style="dim"), Text("  "))


def _list(orders: Iterable[OrderSummary]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for heading in ("Number", "Status", "Placed", "Customer", "Market"):
        table.add_column(heading, no_wrap=True)
    for heading in ("Total", "Balance"):
        table.add_column(heading, justify="right", no_wrap=True)
    for order in orders:
        table.add_row(*map(Text, _cells(order)), _total(order), _balance(order))
    return table


def _cells(order: OrderSummary) -> list[str]:
    customer = order.customer_name or order.customer_email or order.customer_id or "guest"
    placed = f"{here(order.placed):%Y-%m-%d %H:%M}"
    return [one_line(cell) for cell in (order.number, order.status, placed, customer, order.market)]


def _total(order: OrderSummary) -> Text:
    return Text(f"{major(order.total, order.currency)} {order.currency}")


def _balance(order: OrderSummary) -> Text:
    style = BAD if order.balance < 0 else "" if order.balance else "dim"
    return Text(str(major(order.balance, order.currency)), style=style)


# One order


def print_heading(out: Console, order: Order) -> None:
    """The order in a line: number, status, total, customer, market."""
    customer = order.customer
    name = (customer and (customer.name or customer.email or customer.id)) or "guest"
    said = " · ".join([f"{order.totals.total} {order.currency}", one_line(name), one_line(order.market)])
    line = Text.assemble((order.number, "bold"), "  ", (order.status, "bold cyan"), "  ", said)
    print_hanging(out, Text(), line, Text("  "))


def print_order(out: Console, order: RecordedOrder) -> None:
    """All that an order holds: facts of the order, its parts kind by kind, its money."""
    print_heading(out, order)
    where = f"as of entry {order.version}, last changed by entry {order.changed_seq}"
    placed = Text(f"placed {moment(order.placed)} · {one_line(order.channel)} · {where}", style="dim")
    print_hanging(out, Text(), placed, Text("  "))
    held = {field.name: getattr(order, field.name) for field in msgspec.structs.fields(Order)}
    known = {name: value for name, value in held.items() if value and name not in HEADED}
    parts = {name: value for name, value in known.items() if _is_collection(value)}
    facts = {name: value for name, value in known.items() if name not in parts}
    if facts:
        _print_title(out, "order")
        _print_facts(out, order, facts)
    for name, collection in parts.items():
        _print_title(out, name)
        _print_parts(out, order, collection)
    _print_title(out, "money")
    _print_money(out, order)


HEADED = ("id", "number", "status", "market", "currency", "channel", "placed", "totals", "counters")
"""Fields of an order that the heading and the money say, or that say nothing to people."""

BELOW = Text(" " * 6)


def _print_title(out: Console, name: str) -> None:
    out.print()
    out.print(Text(_spaced(name).capitalize(), style="bold"))


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _is_collection(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(part, msgspec.Struct) for part in value.values())


def _print_facts(out: Console, order: Order, facts: Mapping[str, Any]) -> None:
    longest = max(map(len, facts))
    for name, value in facts.items():
        start = Text(f"  {_spaced(name).ljust(longest)}  ", style="dim")
        print_hanging(out, start, Text(one_line(said(order, value))), Text(" " * len(start)))


def _print_parts(out: Console, order: Order, parts: Mapping[str, msgspec.Struct]) -> None:
    """A collection: a line for what every part of its kind has, and below whatever else is known of it."""
    fields = msgspec.structs.fields(next(iter(parts.values())))
    always = [field.name for field in fields if field.required]
    others = [field.name for field in fields if not field.required]
    keys = natural(parts)
    rows = [[key, *(one_line(said(order, getattr(parts[key], name))) for name in always)] for key in keys]
    amounts = [False, *(isinstance(getattr(parts[keys[0]], name), Decimal) for name in always)]
    heads, *lines = _aligned([["id", *map(_spaced, always)], *rows], amounts)
    print_hanging(out, Text("  "), Text(heads, style="dim"), BELOW)
    for key, line in zip(keys, lines, strict=True):
        print_hanging(out, Text("  "), Text(line), BELOW)
        more = _more(order, parts[key], others)
        if more:
            print_hanging(out, BELOW, Text(more, style="dim"), BELOW)


def _aligned(rows: Sequence[Sequence[str]], right: Sequence[bool]) -> list[str]:
    """Rows of cells as lines whose columns stand below one another."""
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(_padded, row, widths, right)).rstrip() for row in rows]


def _padded(cell: str, width: int, right: bool) -> str:
    space = " " * (width - cell_len(cell))
    return space + cell if right else cell + space


def _more(order: Order, part: msgspec.Struct, names: Iterable[str]) -> str:
    known = ((name, getattr(part, name)) for name in names)
    return one_line("; ".join(f"{_spaced(name)} {said(order, value)}" for name, value in known if value))


def _print_money(out: Console, order: Order) -> None:
    """The totals that are not zero; the balance says whose it is."""
    amounts = msgspec.structs.asdict(order.totals)
    names = [name for name, amount in amounts.items() if amount or name in MAIN]
    for name, line in zip(names, _aligned([[name, str(amounts[name])] for name in names], [False, True]), strict=True):
        whose = _whose(amounts[name]) if name == "balance" else ""
        out.print(Text.assemble("  ", (line, "bold" if name in MAIN else ""), (whose, BAD)), soft_wrap=True)


MAIN = ("total", "balance")
"""The totals that are shown even where they are zero."""


def _whose(balance: Decimal) -> str:
    if not balance:
        return ""
    return "  due" if balance > 0 else "  owed to the customer"


def said(order: Order, value: Any) -> str:
    """A value of an order as people read it."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, Reason):
        return value.label if value.comment is None else f"{value.label}: {value.comment}"
    if isinstance(value, msgspec.Struct):
        return _struct(order, value)
    if isinstance(value, dict):
        return ", ".join(_item(order, key, value[key]) for key in natural(value))
    return readable(value)


def _struct(order: Order, value: msgspec.Struct) -> str:
    """Values with their names; alone where all may be left out, as in an address."""
    bare = not any(field.required for field in msgspec.structs.fields(value))
    known = ((name, item) for name, item in msgspec.structs.asdict(value).items() if item)
    return ", ".join(said(order, item) if bare else f"{_spaced(name)} {said(order, item)}" for name, item in known)


def _item(order: Order, key: str, value: Any) -> str:
    """An entry of a map; a line item by its name."""
    line = order.line_items.get(key) if isinstance(value, Decimal | msgspec.Struct) else None
    if line is not None and isinstance(value, Decimal):
        return f"{value} × {line.name}"
    return f"{key if line is None else f'{line.name}:'} {said(order, value)}"
