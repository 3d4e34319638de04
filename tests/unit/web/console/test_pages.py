"""Pages: filled in at once, or sent while they are."""

from collections.abc import Iterable, Iterator
from time import sleep

import msgspec

from ordertrail.notes.model import Actor
from ordertrail.orders.operations import OPERATIONS
from ordertrail.reading import Page
from ordertrail.reading.notes import OrderNotes
from ordertrail.reading.standing import recorded_order
from ordertrail.web.auth.caller import Caller
from ordertrail.web.auth.sessions import Session
from ordertrail.web.console.many import Result, Results, Target
from ordertrail.web.console.pages import PAUSE, View, page_in_parts
from ordertrail.web.console.reader import reader_of
from tests.unit.orders.builders import NOW, placed

ANNA = Caller(actor=Actor(id="anna"), channel="Order Management", role="csr", permissions=frozenset())
VIEW = View(
    "", "/orders/many/do", "", reader_of(None, None), NOW, Session(id="1", caller=ANNA, csrf_token="", expires=NOW)
)
TARGET = Target(order=recorded_order(placed(), 1, 1, b"", OrderNotes(lambda _: Page(()))), seen=1)


def test_a_result_is_seen_before_the_next_is_known() -> None:
    asked = []

    def results() -> Iterator[Result]:
        for seq in (7, 8, 9):
            asked.append(seq)
            sleep(PAUSE * 1.1)
            yield done(seq)

    sent = parts(results())
    seen = ""
    while "#7" not in seen:
        seen += next(sent)
    assert asked == [7, 8]  # what is asked for is done when it answers
    assert "#8" not in seen
    rest = "".join(sent)
    assert "#9" in rest
    assert "3 done, 0 not." in rest
    assert rest.rstrip().endswith("</html>")


def test_results_that_are_known_come_in_one_part() -> None:
    (whole,) = parts([done(7), done(8), Result(target=TARGET, wrong="gone")])
    assert "2 done, 1 not." in whole
    assert "gone" in whole


def done(seq: int) -> Result:
    """What came of it, with this entry as the last."""
    return Result(target=TARGET, done=msgspec.structs.replace(TARGET.order, version=seq))


def parts(results: Iterable[Result]) -> Iterator[str]:
    """What is sent of a page that tells results."""
    operation = OPERATIONS["hold_order"]
    beside = {"values": {}, "back": "/orders", "as_json": "/v1/orders"}
    answer = page_in_parts(VIEW, "many_done.html", operation=operation, count=3, results=Results(results), **beside)
    assert answer.status_code == 200
    assert isinstance(answer.iterator, Iterator)
    for part in answer.iterator:
        assert isinstance(part, str)
        yield part
