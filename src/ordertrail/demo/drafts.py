"""What customers of the simulated shop order."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

import msgspec

from ordertrail.demo.goods import (
    COUPONS,
    DIGITAL,
    MARKETS,
    METHODS,
    PRODUCTS,
    PROMISED_DAYS,
    Market,
    Method,
    Product,
)
from ordertrail.demo.people import BROWSERS, LOCALES, Locale
from ordertrail.demo.texts import COMMENTS
from ordertrail.notes.model import Actor, ActorKind
from ordertrail.orders.model import Address, Customer
from ordertrail.orders.money import percent_of, rounded
from ordertrail.orders.operations.inputs import NewCoupon, NewLineItem, NewOrder, NewShipment

ONE = Decimal(1)
MARKETPLACE = "Bazaar market place"
METHOD = {method.name: method for method in METHODS}
_LOCALE = {locale.market: locale for locale in LOCALES}


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a story needs of its order."""

    lines: tuple[int, int] = (1, 3)
    pieces: int = 2
    parcels: int = 1
    channel: str = ""
    payment: str | None = None
    coupon: bool | None = None
    digital: bool = False
    awaiting: bool = False
    method: str | None = None


class Buyer(msgspec.Struct, frozen=True, kw_only=True):
    """Who orders: as the order knows them, and as they act."""

    customer: Customer
    address: Address
    actor: Actor


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An order before it is placed, and what the stories must know of it."""

    new: NewOrder
    market: Market
    buyer: Buyer
    channel: str
    payment: str


def draw_market(random: Random) -> Market:
    """A market, as often as it buys."""
    return random.choices(MARKETS, [market.weight for market in MARKETS])[0]


def buyer(market: Market, random: Random) -> Buyer:
    """A customer who comes back, or a guest."""
    locale = _LOCALE[market.code]
    given, family = random.randrange(len(locale.given)), random.randrange(len(locale.family))
    # The same customer lives at the same address, whichever order it is.
    home = Random(f"{market.code}/{given}/{family}")
    name, mailbox = _name(locale, given, family)
    address = postal_address(market, home, name)
    known = random.random() < 0.75
    number = f"{LOCALES.index(locale) + 1}{given:02}{family:02}"
    who = f"C{number}" if known else f"guest-{random.randrange(16**8):08x}"
    customer = Customer(id=who if known else None, name=name, email=f"{mailbox}@example.com", phone=f"+00 555 {number}")
    actor = Actor(
        kind=ActorKind.CUSTOMER,
        id=who,
        label=name,
        address=f"203.0.113.{home.randrange(1, 255)}",
        user_agent=home.choice(BROWSERS),
    )
    return Buyer(customer=customer, address=address, actor=actor)


def _name(locale: Locale, given: int, family: int) -> tuple[str, str]:
    first, last = locale.given[given], locale.family[family]
    name = f"{last[0]} {first[0]}" if locale.family_first else f"{first[0]} {last[0]}"
    return name, f"{first[1]}.{last[1]}"


def postal_address(market: Market, random: Random, name: str | None) -> Address:
    """An address somewhere in a market."""
    locale = _LOCALE[market.code]
    city, region, code = random.choice(locale.cities)
    line = random.choice(locale.streets).format(random.randrange(1, 180))
    return Address(name=name, line1=line, city=city, region=region, postal_code=code, country=market.code)


def price(product: Product, market: Market) -> Decimal:
    """What a product costs in a market: with tax where prices include it, and as shops write prices."""
    gross = product.price * market.rate * (1 + market.tax / 100 if market.tax_included else 1)
    return rounded(max(gross // market.step, ONE) * market.step, market.currency)


def tax_in(amount: Decimal, market: Market) -> Decimal:
    """The tax in, or on top of, an amount."""
    share = market.tax / (100 + market.tax) if market.tax_included else market.tax / 100
    return rounded(amount * share, market.currency)


def line(product: Product, quantity: int, market: Market) -> NewLineItem:
    """A line of an order."""
    each = price(product, market)
    return NewLineItem(
        sku=product.sku,
        name=product.name,
        quantity=Decimal(quantity),
        unit_price=each,
        tax=tax_in(each * quantity, market),
    )


def draft(market: Market, now: datetime, random: Random, wish: Wish) -> Draft:
    """An order as a story wishes it, the rest by chance."""
    payment = wish.payment or ("settlement" if wish.channel == MARKETPLACE else random.choice(market.payments))
    who = buyer(market, random)
    lines = _lines(market, random, wish)
    shipments = {} if wish.digital else _shipments(lines, market, now, random, wish)
    coupons = _coupons(lines, market, random, wish)
    new = NewOrder(
        customer=who.customer,
        market=market.code,
        currency=market.currency,
        prices_include_tax=market.tax_included,
        line_items=lines,
        shipments=_addressed(shipments, who.address),
        coupons=coupons,
        billing_address=who.address,
        references={"bazaar": f"BZR-{random.randrange(10**9):09}"} if wish.channel == MARKETPLACE else {},
        customer_comment=random.choice(COMMENTS[market.office]) if random.random() < 0.1 else None,
        attributes={"campaign": random.choice(("newsletter", "search", "friends"))} if random.random() < 0.2 else {},
    )
    return Draft(
        new=_relayed(new, random) if wish.channel == MARKETPLACE else new,
        market=market,
        buyer=who,
        channel=wish.channel,
        payment=payment,
    )


def _relayed(new: NewOrder, random: Random) -> NewOrder:
    """What a market place tells of its customer: a name, and an address of its own to write to."""
    name = None if new.customer is None else new.customer.name
    reached = Customer(name=name, email=f"{random.randrange(16**8):08x}@relay.example")
    return msgspec.structs.replace(new, customer=reached)


def _lines(market: Market, random: Random, wish: Wish) -> dict[str, NewLineItem]:
    count = max(random.randint(*wish.lines), wish.parcels)
    chosen = random.sample(DIGITAL if wish.digital else PRODUCTS, count)
    most = 1 if wish.digital else wish.pieces
    return {str(key): line(product, random.randint(1, most), market) for key, product in enumerate(chosen, 1)}


def _shipments(
    lines: Mapping[str, NewLineItem], market: Market, now: datetime, random: Random, wish: Wish
) -> dict[str, NewShipment]:
    """The lines dealt to as many parcels as wished."""
    method = METHOD[wish.method] if wish.method else _method(lines, random)
    warehouse = random.choice(market.warehouses)
    shipping = rounded(method.price * market.rate // market.step * market.step, market.currency)
    parcels: dict[str, dict[str, Decimal]] = {str(key): {} for key in range(1, wish.parcels + 1)}
    for place, (key, item) in enumerate(lines.items()):
        parcels[str(place % wish.parcels + 1)][key] = item.quantity
    return {
        key: NewShipment(
            method=method.name,
            quantities=quantities,
            awaiting_inventory=wish.awaiting and key == "1",
            warehouse=warehouse,
            shipping=shipping,
            shipping_tax=tax_in(shipping, market),
            promised=promised(now, method),
        )
        for key, quantities in parcels.items()
    }


def promised(now: datetime, method: Method) -> datetime:
    """By when a shipment is promised: the end of a day."""
    return (now + timedelta(days=PROMISED_DAYS[method.name])).replace(hour=18, minute=0, second=0, microsecond=0)


def _addressed(shipments: Mapping[str, NewShipment], address: Address) -> dict[str, NewShipment]:
    return {key: msgspec.structs.replace(shipment, address=address) for key, shipment in shipments.items()}


_BULKY = tuple(product.sku for product in PRODUCTS if product.bulky)


def _method(lines: Mapping[str, NewLineItem], random: Random) -> Method:
    if any(item.sku in _BULKY for item in lines.values()) and random.random() < 0.5:
        return METHOD["Freight"]
    return random.choices([METHOD[name] for name in ("Ground", "Economy", "Express", "Pickup")], (50, 26, 16, 8))[0]


def _coupons(lines: Mapping[str, NewLineItem], market: Market, random: Random, wish: Wish) -> dict[str, NewCoupon]:
    wanted = random.random() < 0.12 and wish.channel != MARKETPLACE if wish.coupon is None else wish.coupon
    if not wanted:
        return {}
    code, name, percent = random.choice(COUPONS)
    goods = sum((item.unit_price * item.quantity for item in lines.values()), Decimal(0))
    return {code: NewCoupon(name=name, discount=percent_of(Decimal(percent), goods, market.currency))}
