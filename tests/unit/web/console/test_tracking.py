"""What is said of shipments that are worked at once: by boxes, by fields beside them, and by a CSV."""

import pytest

from ordertrail.errors import InvalidInput
from ordertrail.web.console.tracking import NOTHING, Typed, agreed, tracking_of, typed_in, wanted

HEAD = "order,shipment,tracking_number,carrier\n"


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}A,1,1Z1,UPS\n\nB,2,1Z2,\n",
        f"\ufeff{HEAD}A,1,1Z1,UPS\nB,2,1Z2,\n",
        "Order; SHIPMENT ;Tracking_Number;Carrier;weight\n A ; 1 ;1Z1; UPS ;1,5\nB;2;1Z2\n;;;;\n",
        'carrier,"tracking_number",shipment,order\nUPS,"1Z1",1,A\n,1Z2,2,B',
    ],
)
def test_a_csv_is_read_as_spreadsheets_save_it(text: str) -> None:
    assert list(tracking_of(text)) == [
        ("A/1", {"tracking_number": "1Z1", "carrier": "UPS"}),
        ("B/2", {"tracking_number": "1Z2"}),
    ]


@pytest.mark.parametrize("text", ["", " \n", HEAD, "\ufeff", f"{HEAD},,,\n"])
def test_a_csv_of_nothing_names_nothing(text: str) -> None:
    assert list(tracking_of(text)) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("order,shipment,tracking_number\rA,1,1Z1\r", 1),
        (f"{HEAD}A,1,{'x' * 131_073},\n", 2),
        (f"{'x' * 131_073}\n", 1),
        (f'{HEAD}A,1,"1Z1,\nB,2,1Z2,\n', 3),
        (f'{HEAD}A,1,"1Z1"1,\n', 2),
    ],
)
def test_a_csv_that_cannot_be_read_is_refused(text: str, line: int) -> None:
    with pytest.raises(InvalidInput, match=f"cannot be read at line {line}: "):
        list(tracking_of(text))


def test_a_csv_without_a_column_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no column order, tracking_number: "):
        list(tracking_of("shipment,number\n1,2\n"))


@pytest.mark.parametrize("number", ["1E+15", "1.23457E+15", "1,23457e+15"])
def test_a_number_that_a_spreadsheet_shortened_is_refused(number: str) -> None:
    with pytest.raises(InvalidInput, match=r"a spreadsheet shortened the tracking number of 'B/1' to 1.*: make that"):
        list(tracking_of(f"order;shipment;tracking_number\nA;1;1Z1\nB;1;{number}\n"))


@pytest.mark.parametrize("number", ["1E15", "RE+15", "1234567890123456", "1.5"])
def test_a_number_that_only_looks_like_one_is_kept(number: str) -> None:
    assert list(tracking_of(f"{HEAD}A,1,{number},\n")) == [("A/1", {"tracking_number": number})]


def test_a_shipment_that_is_named_twice_is_meant_once() -> None:
    typed = Typed(ticked=("A/1", "B/1"), numbers={"A/1": "1Z1", "C/1": "1Z3"}, carrier="UPS")
    found = wanted("ship", typed, f"{HEAD}A,1,1Z1,\nA,1,1Z1,UPS\nB,1,1Z2,UPS\nC,1,1Z3,\n")
    assert {name: agreed(several) for name, several in found.items()} == {
        "A/1": {"tracking_number": "1Z1", "carrier": "UPS"},
        "B/1": {"tracking_number": "1Z2", "carrier": "UPS"},
        "C/1": {"tracking_number": "1Z3", "carrier": "UPS"},
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"{HEAD}A,1,123,456,DHL\n", "has more in the row of 'A' than its first line names"),
        ("order,shipment,tracking_number,Tracking_Number\nA,1,1Z1,1Z2\n", "has the column tracking_number more than"),
        (f'{HEAD}A,1,"1Z\n99",\n', "is no plain text"),
        (f'{HEAD}A,1,"=""00123""",\n', "is no plain text"),
        (f"{HEAD}A,1,1Z1,=UPS\n", "is no plain text"),
        (f"{HEAD}A,1\n", "'A/1' has no tracking number"),
        (f"{HEAD}A,1,,DHL\n", "'A/1' has no tracking number"),
    ],
)
def test_a_csv_that_can_be_read_in_two_ways_is_refused(text: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        wanted("ship", Typed(ticked=("B/1",)), text)


def test_cells_in_which_nothing_stands_are_no_more_than_the_first_line_names() -> None:
    assert list(tracking_of(f"{HEAD}A,1,1Z1,UPS,,\n")) == [("A/1", {"tracking_number": "1Z1", "carrier": "UPS"})]


@pytest.mark.parametrize("rows", ["A,1,1Z2,\n", "A,1,,DHL\n", "A,1,1Z1,UPS\nA,1,1Z2,UPS\n"])
def test_a_shipment_of_which_two_things_are_said_is_refused(rows: str) -> None:
    typed = Typed(ticked=("A/1", "B/1"), numbers={"A/1": "1Z1"}, carrier="UPS")
    found = wanted("ship", typed, HEAD + rows)
    with pytest.raises(InvalidInput, match=r"is given differently, as '\w+', '\w+': give it once"):
        agreed(found["A/1"])
    assert agreed(found["B/1"]) == {"carrier": "UPS"}


def test_what_is_typed_beside_no_tick_counts_against_a_csv() -> None:
    with pytest.raises(InvalidInput, match="given differently"):
        agreed(wanted("ship", Typed(numbers={"A/1": "1Z1"}), f"{HEAD}A,1,1Z2,\n")["A/1"])


def test_what_is_given_is_what_the_stage_takes() -> None:
    typed = Typed(ticked=("A/1",), numbers={"A/1": "1Z1"}, carrier="UPS", pick_list="PL-1")
    given = {stage: wanted(stage, typed, f"{HEAD}B,1,1Z2,\n") for stage in ("inventory", "release", "pick")}
    assert given == {"inventory": {"A/1": [{}]}, "release": {"A/1": [{}]}, "pick": {"A/1": [{"pick_list": "PL-1"}]}}


@pytest.mark.parametrize(
    ("stage", "typed", "why"),
    [
        ("release", NOTHING, "nothing is chosen"),
        ("ship", Typed(carrier="UPS"), "nothing is chosen"),
        ("ship", Typed(numbers={"A/1": "1Z1"}), "tracking numbers are typed, but no box is ticked"),
        ("pick", Typed(pick_list="no name"), "nothing is chosen"),
        ("pick", Typed(ticked=("A/1",), pick_list="no name"), "pick_list"),
        ("pick", Typed(ticked=("A/1",)), "pick_list"),
    ],
)
def test_what_is_wrong_for_all_is_refused_as_a_whole(stage: str, typed: Typed, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        wanted(stage, typed, "")


def test_what_is_left_of_a_form_is_what_was_not_done() -> None:
    values = {
        "shipment": ["A/1", "B/1", "A/1"],
        "tracking/A/1": [" 1Z1 "],
        "tracking/B/1": [" "],
        "tracking/C/1": ["1Z3", "1Z4"],
        "carrier": [" UPS "],
        "empty": [],
    }
    typed = typed_in(values)
    assert typed == Typed(ticked=("A/1", "B/1"), numbers={"A/1": " 1Z1 ", "C/1": "1Z3"}, carrier=" UPS ")
    assert wanted("ship", typed, "")["A/1"] == [{"tracking_number": "1Z1", "carrier": "UPS"}]
    assert typed.without({"A/1", "D/1"}) == Typed(ticked=("B/1",), numbers={"C/1": "1Z3"}, carrier=" UPS ")
    assert typed.without({"A/1", "B/1"}) == Typed(numbers={"C/1": "1Z3"}, carrier=" UPS ")
    assert typed.without({"A/1", "B/1", "C/1"}) == NOTHING
