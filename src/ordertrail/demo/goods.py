"""What the simulated shop sells, where, from where, and how it goes and is paid. All of it is made up."""

from decimal import Decimal

import msgspec

from ordertrail.demo.clock import Hours, hours


class Product(msgspec.Struct, frozen=True):
    """A thing to sell; its price in euros before tax. `returned` is how readily it comes back, 1 as others do."""

    sku: str
    name: str
    price: Decimal
    returned: int = 1
    bulky: bool = False


PRODUCTS = (
    Product("TENT-2", "Tent for two", Decimal(199), bulky=True),
    Product("TENT-4", "Tent for four", Decimal(349), bulky=True),
    Product("TARP-3", "Tarpaulin 3 × 3 m", Decimal(59)),
    Product("BAG-0", "Sleeping bag, comfort 0 °C", Decimal(129)),
    Product("BAG-10", "Sleeping bag, comfort −10 °C", Decimal(219)),
    Product("MAT-R", "Inflatable mat", Decimal(79)),
    Product("PACK-28", "Rucksack 28 l", Decimal(95)),
    Product("PACK-65", "Rucksack 65 l", Decimal(189)),
    Product("BOOT-38", "Hiking boots, size 38", Decimal(149), returned=6),
    Product("BOOT-42", "Hiking boots, size 42", Decimal(149), returned=6),
    Product("BOOT-45", "Hiking boots, size 45", Decimal(149), returned=6),
    Product("SOCK-M", "Merino socks, medium", Decimal(18)),
    Product("JACK-S", "Rain jacket, small", Decimal(165), returned=3),
    Product("JACK-L", "Rain jacket, large", Decimal(165), returned=3),
    Product("STOVE-G", "Gas stove", Decimal(49)),
    Product("POT-SET", "Pot set, titanium", Decimal(89)),
    Product("FLASK-1", "Vacuum flask 1 l", Decimal(32)),
    Product("LAMP-H", "Head torch", Decimal(45), returned=2),
    Product("COMP-B", "Baseplate compass", Decimal(29)),
    Product("POLE-C", "Trekking poles, carbon", Decimal(119)),
    Product("KAYAK-1", "Folding kayak", Decimal(899), bulky=True),
    Product("KNIFE-F", "Folding knife", Decimal(39)),
    Product("FILT-W", "Water filter", Decimal(65)),
    Product("AID-KIT", "First-aid kit", Decimal(27)),
)

DIGITAL = (
    Product("COURSE-N", "Course: navigation with map and compass (download)", Decimal(39)),
    Product("COURSE-K", "Course: twelve knots (download)", Decimal(19)),
    Product("MAPS-A", "Maps of the Alps (download)", Decimal(25)),
)

SIZES = {"BOOT-38": "BOOT-42", "BOOT-42": "BOOT-45", "BOOT-45": "BOOT-42", "JACK-S": "JACK-L", "JACK-L": "JACK-S"}
"""What somebody takes instead of what does not fit."""


class Warehouse(msgspec.Struct, frozen=True):
    """Where parcels leave. `pace` is how long its people take, 1 as usual."""

    name: str
    code: str
    hours: Hours
    pace: float
    workers: tuple[tuple[str, str], ...]


WAREHOUSES = (
    Warehouse("Rotterdam", "RTM", hours(1, (6, 20), (7, 13)), 1.0,
              (("w-joris", "Joris de Wit"), ("w-fatima", "Fatima El Amrani"))),
    # The slow one: a new building, half of its people still learning.
    Warehouse("Leipzig", "LEJ", hours(1, (7, 16)), 2.8, (("w-heike", "Heike Böhm"), ("w-piotr", "Piotr Zając"))),
    Warehouse("Daventry", "DVT", hours(0, (6, 20), (7, 13)), 1.1, (("w-owen", "Owen Price"),)),
    Warehouse("Reno", "RNO", hours(-8, (6, 20), (8, 14)), 0.9, (("w-luz", "Luz Herrera"), ("w-dwight", "Dwight Moss"))),
    Warehouse("Columbus", "CMH", hours(-5, (6, 18)), 1.2, (("w-keisha", "Keisha Grant"),)),
    Warehouse("Chiba", "CHB", hours(9, (8, 19), (9, 15)), 0.7, (("w-sato", "佐藤 健"), ("w-mori", "森 さくら"))),
)  # fmt: skip


class Method(msgspec.Struct, frozen=True):
    """How a shipment goes: who carries it, in how many days as a rule, how unevenly, for how many euros."""

    name: str
    carrier: str
    days: float
    spread: float
    price: Decimal
    packed: bool = True


METHODS = (
    Method("Ground", "Kestrel Parcel", 2.2, 0.25, Decimal(5)),
    # The late one: promised as Ground is.
    Method("Economy", "Blue Heron Post", 5.5, 0.6, Decimal(3)),
    Method("Express", "Swiftline", 0.8, 0.2, Decimal(14)),
    Method("Freight", "Ox & Cart Freight", 4.5, 0.35, Decimal(39)),
    Method("Pickup", "Customer", 1.5, 0.6, Decimal(0), packed=False),
)

PROMISED_DAYS = {"Ground": 6, "Economy": 7, "Express": 3, "Freight": 10, "Pickup": 4}

OFFICES = {
    "Europe": hours(1, (8, 18), (9, 14)),
    "America": hours(-5, (8, 20), (10, 16)),
    "Asia": hours(9, (9, 18)),
}
"""When the customer service of each region is there."""


class Market(msgspec.Struct, frozen=True):
    """A market: `rate` and `step` make its prices of euros; `tax` in per cent; `offset` is its people's time."""

    code: str
    currency: str
    weight: int
    rate: Decimal
    step: Decimal
    tax: Decimal
    tax_included: bool
    offset: int
    office: str
    warehouses: tuple[str, ...]
    payments: tuple[str, ...]


MARKETS = (
    Market("DE", "EUR", 26, Decimal(1), Decimal("0.50"), Decimal(19), True, 1, "Europe", ("Leipzig", "Rotterdam"),
           ("card", "card", "wallet", "invoice", "transfer", "debit", "gift")),
    Market("FR", "EUR", 12, Decimal(1), Decimal("0.50"), Decimal(20), True, 1, "Europe", ("Rotterdam",),
           ("card", "card", "wallet", "gift")),
    Market("PL", "PLN", 6, Decimal("4.3"), Decimal(1), Decimal(23), True, 1, "Europe", ("Leipzig",),
           ("card", "transfer", "wallet")),
    Market("SE", "SEK", 6, Decimal("11.4"), Decimal(1), Decimal(25), True, 1, "Europe", ("Rotterdam",),
           ("card", "invoice", "wallet")),
    Market("GB", "GBP", 12, Decimal("0.84"), Decimal("0.50"), Decimal(20), True, 0, "Europe", ("Daventry",),
           ("card", "card", "wallet", "gift")),
    Market("US", "USD", 20, Decimal("1.04"), Decimal("0.01"), Decimal("8.25"), False, -6, "America",
           ("Reno", "Columbus"), ("card", "card", "card", "wallet", "gift")),
    Market("JP", "JPY", 10, Decimal(162), Decimal(10), Decimal(10), True, 9, "Asia", ("Chiba",),
           ("card", "konbini", "wallet")),
    Market("AE", "AED", 4, Decimal("3.82"), Decimal(1), Decimal(5), True, 4, "Asia", ("Rotterdam",),
           ("card", "card", "wallet")),
    # Three digits after the point, and no tax on sales.
    Market("KW", "KWD", 4, Decimal("0.32"), Decimal("0.125"), Decimal(0), True, 3, "Asia", ("Rotterdam",),
           ("card", "wallet")),
)  # fmt: skip

COUPONS = (("WINTER10", "Winter sale", 10), ("WELCOME5", "First order", 5), ("CLUB15", "Members' week", 15))
"""Code, name, per cent."""
