"""The timeline: one page of what people wrote and what was recorded."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from rich.cells import cell_len
from rich.console import Console

from ordertrail.cli.timeline import GLYPHS, Depth, Timeline, who
from ordertrail.notes.events import BUILT_IN
from ordertrail.notes.model import Actor, ActorKind, NoteType, OrderActivity, OrderNote
from ordertrail.notes.personal import ERASED, Change
from tests.unit.cli.conftest import Shell, plain

AT = datetime(2026, 3, 3, 14, 5, 7, tzinfo=UTC)


def activity(**fields: object) -> OrderActivity:
    given = {
        "id": "o:3", "order_id": "o", "seq": 3, "created": AT, "recorded": AT, "type": NoteType.SYSTEM,
        "title": "Shipment 1 shipped", "detail": "", "actor": Actor(id="anna", label="anna"), "channel": "Web shop",
        "category": "shipment", "event_type": "ShipmentShipped", "subject": "shipment/1",
        "operation": "complete_shipment", **fields,
    }  # fmt: skip
    return OrderActivity(**given)  # type: ignore[arg-type]


def shown(*notes: OrderNote, depth: Depth = Depth.USUAL) -> list[str]:
    """The lines of a timeline where nothing limits the width."""
    out = Console(width=1_000_000, force_terminal=False, markup=False, highlight=False)
    with out.capture() as captured:
        timeline = Timeline(out, depth)
        for note in notes:
            timeline.show(note)
    return captured.get().splitlines()


def test_the_page_that_a_new_user_sees(shell: Shell) -> None:
    said = shell("notes", "PO100001").out.splitlines()
    assert said[0] == "PO100001  Completed  249.00 USD · Mercy Taylor · US"
    entries = [line[10:] for line in said if line[2:3] == ":"]
    assert entries == [
        "◆ Order PO100001 placed  anna (user) · Order Management · #1",
        "$ Sale of 249.00 USD by Card: Processed  anna (user) · Order Management · #2",
        "‖ Order put on hold: Other  anna (user) · Order Management · #3",
        "┃ Note: Called the customer  anna (user) · Order Management · #4",
        "▸ Order in progress  anna (user) · Order Management · #5",
        "→ Shipment 1 released  anna (user) · Order Management · #6",
        "▣ Shipment 1 added to pick list PL-7  anna (user) · Order Management · #7",
        "➔ Shipment 1 shipped  anna (user) · Order Management · #8",
        "✓ Order completed  anna (user) · Order Management · #9",
    ]
    assert "          ┃ Flat 12, not 21." in said
    assert "            status: Packing → Shipped · tracking: number 1Z999" in said
    assert said[-1] == "9 entries"


def test_brief_is_a_line_each(shell: Shell) -> None:
    said = shell("notes", "PO100001", "--brief").out.splitlines()
    assert len([line for line in said if line[2:3] == ":"]) == 9
    assert len(said) == 2 + 1 + 9 + 2


def test_detail_holds_all_that_an_entry_holds(shell: Shell) -> None:
    said = shell("notes", "PO100001", "--detail").out
    for note in shell("notes", "PO100001", "--json").json:
        assert all(line in said for line in note["detail"].splitlines())
        if note["type"] == "System":
            assert f"{note['event_type']} · {note['operation']}" in said
    assert "ShipmentShipped · complete_shipment · Packing → Shipped\n" in said
    assert "OrderGroupOnHold · hold_order · InProgress → OnHold · reason other: Other\n" in said


@pytest.mark.parametrize("columns", [40, 80, 100, 300])
def test_each_line_fits_a_terminal(shell: Shell, columns: int) -> None:
    shell("note", "add", "PO100001", "--detail", "渡辺 " * 40 + "x" * 200)
    said = plain(shell.terminal("notes", "PO100001", "--detail", columns=columns).out)
    assert max(map(cell_len, said.splitlines())) <= min(columns, 110)
    assert said.count("x") >= 200  # folded, not cut
    assert all(f"#{seq}\n" in said for seq in range(1, 11))


def test_the_author_stands_at_the_right_end_or_below(shell: Shell) -> None:
    wide = plain(shell.terminal("notes", "PO100001", columns=100).out).splitlines()
    narrow = plain(shell.terminal("notes", "PO100001", columns=50).out).splitlines()
    assert [cell_len(line) for line in wide if line.endswith("#1")] == [100]
    assert "            anna (user) · Order Management · #1" in narrow


def test_days_follow_one_another() -> None:
    later = AT + timedelta(days=1)
    lines = shown(activity(), activity(seq=4), activity(seq=5, created=later, recorded=later))
    assert [line for line in lines if line.startswith("──")] == [
        "── Tuesday 3 March 2026, UTC ",
        "── Wednesday 4 March 2026, UTC ",
    ]


def test_a_note_shows_what_became_of_it(shell: Shell) -> None:
    shell("note", "add", "PO100001", "--title", "For you", "--visibility", "customer", "--shipment", "1")
    shell("note", "edit", "PO100001", "10", "--title", "For you too")
    shell("note", "pin", "PO100001", "10")
    shell("note", "delete", "PO100001", "4", "--reason", "mistake")
    said = shell("notes", "PO100001").out
    assert "┃ Note: For you too · the customer sees it · about shipment 1 · ⚑ pinned · edited 2" in said
    assert "┃ Note · deleted 2" in said
    assert "Called the customer" not in said
    assert "✗ Note 4 deleted  anna (user) · Command line · #13\n            Entered by mistake\n" in said


def test_what_was_erased_says_so(shell: Shell) -> None:
    shell("do", "PO100001", "erase_personal_data", "--reason", "erasure-request", "--actors", "everyone")
    said = shell("notes", "PO100001").out
    assert "┃ Note: [erased] · erased  anna (user)" in said
    assert "            [erased]\n" in said
    assert "Mercy" not in said + shell("show", "PO100001").out


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        (Actor(id="anna", label="anna"), "anna (user)"),
        (Actor(id="anna"), "anna (user)"),
        (Actor(id="u-7", label="Anna S."), "Anna S. (user u-7)"),
        (Actor(id="erp", kind=ActorKind.APP, on_behalf_of="anna"), "erp (app) for anna"),
        (Actor(id="C1", label="Mercy\x1b[m", kind=ActorKind.CUSTOMER), "Mercy\\x1b[m (customer C1)"),
    ],
)
def test_who(actor: Actor, expected: str) -> None:
    assert who(actor) == expected


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_event_type_has_a_glyph_of_one_column(name: str) -> None:
    known = BUILT_IN[name]
    line = shown(activity(event_type=name, category=known.category, title=known.sentence))[1]
    glyph, sentence = line[10], line[12:]
    assert glyph == GLYPHS.get(known.icon, "•")
    assert cell_len(glyph) == 1
    assert sentence.startswith(known.sentence)


def test_an_event_type_that_is_no_longer_known_still_shows() -> None:
    assert shown(activity(event_type="shop.Gone", category="elsewhere", title="It went"))[1].startswith(
        "14:05:07  • It went"
    )


def test_what_was_told_late_says_when_it_was_written_down() -> None:
    late = activity(recorded=AT + timedelta(hours=2))
    custom = OrderNote(**{f: getattr(late, f) for f in OrderNote.__struct_fields__} | {"type": NoteType.CUSTOM})
    for note in (late, custom):
        assert shown(note)[-1].strip("┃ ") == "recorded 2026-03-03 16:05:07 UTC"
    assert shown(activity(recorded=AT + timedelta(seconds=1)))[1:] == [
        "14:05:07  ➔ Shipment 1 shipped  anna (user) · Web shop · #3"
    ]


def test_a_cause_is_told_in_detail() -> None:
    assert "cause req-7" in shown(activity(cause="req-7"), depth=Depth.FULL)[-1]


MOMENT = "2026-03-03T14:05:07Z"


def test_times_in_changes_are_where_the_reader_is() -> None:
    changes: tuple[Change, ...] = (("/shipments/1/promised", MOMENT, "2026-03-04T00:00:00.123456Z"),)
    assert shown(activity(changes=changes))[-1].strip() == "promised: 2026-03-03 14:05:07 UTC → 2026-03-04 00:00:00 UTC"


@pytest.mark.parametrize(
    ("reason", "line"),
    [
        ({"code": "other", "label": "Other", "comment": "why not"}, "why not"),
        ({"code": "fraud", "label": "Fraud"}, "Fraud"),
        ({"code": "fraud", "label": "Fraud", "comment": "why"}, "Fraud: why"),
        ({"code": "x", "label": "shipped", "comment": "why"}, "why"),
        ({"code": "x", "label": "Fraud", "comment": dict(ERASED)}, "Fraud: [erased]"),
    ],
)
def test_a_reason_says_what_the_title_does_not(reason: dict[str, object], line: str) -> None:
    assert shown(activity(data={"reason": reason}))[2:] == [f"            {line}"]


def test_an_own_detail_is_shown_as_it_is() -> None:
    own = msgspec.structs.replace(activity(), detail="one\ntwo", data={"detail": "one\ntwo"})
    assert [line.strip() for line in shown(own)[2:]] == ["one", "two"]
