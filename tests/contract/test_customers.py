"""Orders are found by any part of a customer's name or address, by an index that forgets what was erased."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from ordertrail import InvalidInput, OrderTrail
from ordertrail.reading import frequent
from ordertrail.store.customers import matching, texts
from tests.shops import ENGINES, open_shop, small

NAMES = (
    "Mercy Taylor",
    "mercy o'hara",
    'Ann "Bee" Sea',
    "ÅSA ÖBERG",
    "Jürgen Özil",
    "100%_sure",
    "李小龍李",
    r"O\'H & \\ (no) | !a:* <->  x",
    "Bo",
    "a" * 40,
)


@pytest.fixture(scope="module", params=ENGINES)
def trail(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrderTrail]:
    """A shop with an order for each of the names, whose address is made of it, and one for nobody."""
    with open_shop(request, tmp_path_factory) as opened:
        desk = opened.acting("anna", channel="Web")
        for number, name in enumerate(NAMES):
            address = f"{''.join(filter(str.isalnum, name))}@example.com"
            desk.place_order(small(market="named", customer={"id": f"ID{number}", "name": name, "email": address}))
        desk.place_order(small(market="named"))
        yield opened


def spellings(wanted: str) -> set[str]:
    """How a text is tried, beside the case of ASCII letters."""
    return {wanted, wanted.lower(), wanted.upper(), wanted.title()}


def ascii_lower(given: str) -> str:
    """With small letters where ASCII has them."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in given)


@pytest.mark.parametrize("hits", [1, frequent.FREQUENT])
@settings(max_examples=150)
@given(data=st.data())
def test_the_index_finds_what_looking_at_all_finds(trail: OrderTrail, hits: int, data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from(NAMES))
    start, length = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(1, 6))
    wanted = data.draw(
        st.sampled_from([whole[start : start + length], data.draw(st.text("aey lÖ%_'\"&|!():*\\", min_size=1))])
    )
    made_up = data.draw(st.text("aey lÖ%_'\"&|!():*\\", min_size=1))
    wanted = data.draw(st.sampled_from([whole[start : start + length], made_up]))
    wanted = data.draw(st.sampled_from([wanted, wanted.upper(), wanted.lower()]))
    looked = {ascii_lower(one) for one in spellings(wanted)}
    expected = {name for name in NAMES if any(one in ascii_lower(name) for one in looked)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frequent, "FREQUENT", hits)
        assert {order.customer_name for order in trail.orders(market="named", customer=wanted)} == expected


@settings(max_examples=60)
@given(data=st.data())
def test_either_is_a_name_or_an_address_or_an_id(trail: OrderTrail, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    start = data.draw(st.integers(0, len(name) - 1))
    wanted = data.draw(st.sampled_from([name[start : start + 5], "C2", "@exa", "le.com"]))
    found = {order.id for order in trail.orders(market="named", find=wanted)}
    by_each = [trail.orders(market="named", customer=wanted), trail.orders(market="named", email=wanted)]
    assert found == {order.id for page in by_each for order in page}


@pytest.mark.parametrize("wanted", ["taylor@", "@example.com", "ercytaylor@ex"])
def test_so_are_addresses(trail: OrderTrail, wanted: str) -> None:
    found = {order.customer_name for order in trail.orders(market="named", email=wanted)}
    assert found == (set(NAMES) if wanted == "@example.com" else {"Mercy Taylor"})


def test_what_is_longer_than_any_name_is_refused(trail: OrderTrail) -> None:
    assert trail.orders(customer="x" * 200).items == trail.orders(email="x" * 200).items == ()
    for wanted in ({"customer": "x" * 201}, {"email": "x" * 100_000}):
        with pytest.raises(InvalidInput, match="no name and no address has more than 200"):
            trail.orders(**wanted)  # type: ignore[arg-type]


def indexed(trail: OrderTrail, wanted: str) -> list[object]:
    """What the index has of a text, without looking at the orders."""
    tables = trail.store.tables
    with trail.store.reading() as transaction:
        return [*transaction.rows(matching(tables.order_customers, ["name"], [wanted]))]


def test_what_is_changed_is_found_by_the_new_and_what_is_erased_by_nothing(trail: OrderTrail) -> None:
    desk = trail.acting("anna", channel="Web")
    order = desk.place_order(small(market="changing", customer={"id": "C9", "name": "Before Marriage"})).id
    nobody = desk.place_order(small(market="changing")).id
    for order_id in (order, nobody):
        desk.change_customer(order_id, customer={"id": "C9", "name": "After Wedding", "email": "after@example.com"})
    assert trail.orders(customer="before").items == ()
    assert {one.id for one in trail.orders(customer="er wedd")} == {order, nobody}
    assert indexed(trail, "before") == []
    desk.erase_personal_data(order, reason="erasure-request")
    desk.erase_personal_data(nobody, reason="erasure-request")
    assert trail.orders(customer="er wedd").items == trail.orders(email="after@").items == ()
    assert indexed(trail, "wedding") == []


def test_no_part_of_what_was_erased_stays_in_the_index(trail: OrderTrail) -> None:
    desk = trail.acting("anna", channel="Web")
    order = desk.place_order(small(customer={"id": "C9", "name": "Zyx Qqq"}))
    tables = trail.store.tables
    if tables.schema:
        parts = text(f"SELECT unnest(tsvector_to_array(name_parts)) FROM {tables.named('order_customers')}")
    else:
        name = texts(tables.order_customers.name)
        with trail.store.writing() as session:
            session.run(f"CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, '{name}', row)")  # type: ignore[attr-defined]
        parts = text("SELECT term FROM temp.terms")
    with trail.store.writing() as session:
        assert ("qqq",) in session.run(parts.text)  # type: ignore[attr-defined]
    desk.erase_personal_data(order.id, reason="erasure-request")
    with trail.store.writing() as session:
        assert ("qqq",) not in session.run(parts.text)  # type: ignore[attr-defined]


WITH_PYTHONS_OWN = """
from ordertrail import NewOrder, OrderTrail
with OrderTrail.open(URL, sqlite_module="sqlite3") as trail:
    desk = trail.acting("anna", channel="Web")
    order = desk.place_order(NewOrder(market="US", currency="USD", customer={"id": "C1", "name": "Mercy Taylor"}))
    assert [one.id for one in trail.orders(customer="ercy tay")] == [order.id]
    desk.erase_personal_data(order.id, reason="erasure-request")
    assert trail.orders(customer="ercy tay").items == ()
    assert trail.verify().findings == ()
"""


def test_it_is_there_with_pythons_own_sqlite_too(sqlite_url: str) -> None:
    """Which may be older than the one that forgets at once; in a process of its own, as two are never used in one."""
    script = WITH_PYTHONS_OWN.replace("URL", repr(sqlite_url))
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
