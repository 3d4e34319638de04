"""Reasons why something is refused, as people read them: each that the record can give."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import ordertrail.orders.operations
from ordertrail.errors import (
    ConnectionLost,
    DatabaseFull,
    DatabaseLocked,
    DatabaseUnreachable,
    InvalidInput,
    NotPermitted,
    OrderBusy,
    RecordDamaged,
    UnknownEventType,
)
from ordertrail.notes.events import event_type
from ordertrail.orders.arguments import parse
from ordertrail.orders.operations import OPERATIONS
from ordertrail.orders.operations.base import COLLECTIONS
from ordertrail.orders.operations.performing import why_not, why_not_on
from ordertrail.web.auth import roles
from ordertrail.web.console.reader import Reader
from ordertrail.web.console.reasons import catalogue, shapes, why
from ordertrail.web.console.translations import LANGUAGES
from ordertrail.web.console.wording import PERMISSIONS
from tests.unit.orders.walking import walked

GERMAN = Reader(language="de", zone="Europe/Zurich")
ENGLISH = frozenset(
    "the is it has have of or and would be to that with for nothing shipment order return payment line item".split()  # noqa: SIM905
)


def test_why_something_is_not_legal_is_all_german() -> None:
    reasons = set()
    for happening in walked(0)[::20]:
        for order in happening.after().values():
            for row in OPERATIONS.values():
                if row.name == "place_order":
                    continue
                reasons.add(why_not(row, order))
                if row.part is not None:
                    reasons |= {why_not_on(row, order, key) for key in getattr(order, COLLECTIONS[row.part])}
    told = {GERMAN.reason(reason) for reason in reasons if reason is not None}
    assert len(told) > 100
    assert [one for one in told if ENGLISH & set(re.findall(r"\w+", one))] == []


def test_whatever_an_operation_refuses_has_a_german_shape() -> None:
    spelt = {one for path in Path(ordertrail.orders.operations.__file__).parent.glob("*.py") for one in refusals(path)}
    assert len(spelt) > 60
    assert [one for one in sorted(spelt) if not any(shape.found.fullmatch(one) for shape in shapes("de"))] == []


def test_what_has_to_be_given_is_called_as_the_form_calls_it() -> None:
    for text, english, german in (
        ("no shipment is Packing (with left_anyway: OnHold)",
         "no shipment is Packing (with “Why it left although it was held”: On hold)",
         "keine Lieferung hat den Stand: Wird gepackt (mit „Warum sie trotz der Sperre abging“: Angehalten)"),
        ("the order is OnHold; it is legal for InProgress, or here with left_anyway",
         "the order is On hold; it is possible for In progress, or here with “Why it left although it was held”",
         "Stand der Bestellung: Angehalten; möglich ist es bei: In Bearbeitung, oder hier mit „Warum sie trotz der "
         "Sperre abging“"),
    ):  # fmt: skip
        assert Reader().reason(text) == english
        assert GERMAN.reason(text) == german


def test_a_database_that_fails_is_told_in_german() -> None:
    for error in (OrderBusy, DatabaseLocked, DatabaseFull, ConnectionLost, DatabaseUnreachable, RecordDamaged):
        told = why(error("the driver said so"))
        assert GERMAN.reason(told) != told


def refusals(path: Path) -> Iterator[str]:
    """The sentences of a module by which it refuses, with a letter for what each names."""
    for node in ast.walk(ast.parse(path.read_text())):
        given: list[ast.expr] = []
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            given = node.exc.args
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "refusal":
            given = node.args
        for one in given:
            text = _spelt(one)
            if ": " in text or text.count(" ") > 3:
                yield text


def _spelt(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "X" for one in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


NO_TIME = " is no time: give a day and a time, such as 2026-01-31T12:00"
KEINE_ZEIT = " ist keine Zeit: geben Sie Tag und Uhrzeit an, wie 2026-01-31T12:00"


@pytest.mark.parametrize(
    ("operation", "wrong", "english", "german"),
    [
        ("add_payment", {"amount": "x"}, "Amount is no number: give plain digits, such as 12.50",
         "Betrag ist keine Zahl: geben Sie einfache Ziffern an, wie 12,50"),
        ("add_payment", {"amount": "1e2"}, "Amount is '1e2': give plain digits, such as 12.50",
         "Betrag ist '1e2': geben Sie einfache Ziffern an, wie 12,50"),
        ("add_payment", {"method": ""}, "Method is empty: fill it in", "Methode ist leer: füllen Sie das Feld aus"),
        ("add_payment", {"currency": "eur"}, "Currency needs three capital letters, such as USD",
         "Währung braucht drei Großbuchstaben, wie EUR"),
        ("add_payment", {"processed_at": "soon"}, f"Processed at{NO_TIME}", f"Verarbeitet am{KEINE_ZEIT}"),
        ("add_payment", {"processed_at": "2026-01-01T00:00"}, f"Processed at{NO_TIME}", f"Verarbeitet am{KEINE_ZEIT}"),
        ("add_payment", {"transaction_type": "Gift"},
         "Transaction type is never 'Gift': choose one of Authorization, Capture, Sale, Credit, Void, Capture only, "
         "Other",
         "Art der Transaktion ist nie 'Gift': möglich sind Autorisierung, Einzug, Verkauf, Gutschrift, Aufhebung, "
         "Nur Einzug, Sonstiges"),
        ("add_payment", {"attributes": {"ä": "x"}},
         "Attributes / Key may only have letters without accents, digits, points, underscores and hyphens, 1 to 64 in "
         "all",
         "Attribute / Schlüssel darf nur Buchstaben ohne Umlaute und Akzente, Ziffern, Punkte, Unterstriche und "
         "Bindestriche haben, zusammen 1 bis 64"),
        ("change_shipping_address", {"address": {"line1": "x" * 201}},
         "Address / Street and number is too long: give at most 200 characters",
         "Adresse / Straße und Hausnummer ist zu lang: geben Sie höchstens 200 Zeichen an"),
        ("change_customer", {"customer": {"id": "a@b"}},
         "Customer / ID has 1 to 128 characters, none of them an @ or a space",
         "Kunde / Kennung hat 1 bis 128 Zeichen, darunter kein @ und kein Leerzeichen"),
        ("create_return", {"items": {"1": {"quantity": "x", "reason": "late"}}},
         "Items / Quantity is no number: give plain digits, such as 12.50",
         "Artikel / Menge ist keine Zahl: geben Sie einfache Ziffern an, wie 12,50"),
        ("create_return", {"items": {"1": {"quantity": "1e2", "reason": "late"}}},
         "Items / 1 / Quantity is '1e2': give plain digits, such as 12.50",
         "Artikel / 1 / Menge ist '1e2': geben Sie einfache Ziffern an, wie 12,50"),
        ("create_return", {"items": {"1": {"reason": "late"}}}, "Items / Quantity is missing: fill it in",
         "„Artikel / Menge“ fehlt: füllen Sie das Feld aus"),
        ("hold_order", {}, "Reason is missing: fill it in", "„Grund“ fehlt: füllen Sie das Feld aus"),
        ("edit_note", {"note": "x"}, "Note is no whole number: give digits only",
         "Notiz ist keine ganze Zahl: geben Sie nur Ziffern an"),
        ("edit_note", {"note": 0}, "Note is too small: at least 1", "Notiz ist zu klein: mindestens 1"),
        ("edit_note", {"note": 2**60}, "Note is too large: at most 9007199254740991",
         "Notiz ist zu groß: höchstens 9007199254740991"),
        ("hold_order", {"reason": "x", "why": "y"}, "there is no field Why here: open the form anew",
         "ein Feld Why gibt es hier nicht: öffnen Sie das Formular neu"),
        ("create_return", {"items": ["1"]}, "Items is something else than it should be: open the form anew",
         "Artikel ist etwas anderes, als es sein soll: öffnen Sie das Formular neu"),
        ("add_note", {"title": "\0"}, "Title holds a character that no text has: leave it out",
         "Titel enthält NUL oder ein halbes Zeichen: kein Text hat so etwas, lassen Sie es weg"),
    ],
)  # fmt: skip
def test_what_is_no_argument_is_said_by_the_field(
    operation: str, wrong: dict[str, object], english: str, german: str
) -> None:
    right: dict[str, dict[str, object]] = {
        "add_payment": {"amount": "1", "method": "Card"},
        "change_shipping_address": {"shipment": "1"},
    }
    with pytest.raises(InvalidInput) as refused:
        parse(OPERATIONS[operation].arguments, {**right.get(operation, {}), **wrong})
    assert Reader().reason(why(refused.value)) == english
    assert GERMAN.reason(why(refused.value)) == german


def test_german_says_whatever_english_says_in_other_words() -> None:
    assert catalogue("en").keys() <= catalogue("de").keys()
    for language in LANGUAGES:
        for text, told in catalogue(language).items():
            blanks = len(re.findall(r"\{[.*]?\}", text))
            assert {int(n) for n in re.findall(r"\{(\d)\}", told)} <= set(range(blanks)), text


@pytest.mark.parametrize(
    ("recorded", "english", "german"),
    [
        (
            "the order is OnHold; it is legal for InProgress, PartiallyShipped; shipments are open: 1, 2; complete or "
            "cancel them",
            "the order is On hold; it is possible for In progress, Partially shipped; shipments are open: 1, 2; "
            "complete or cancel them",
            "Stand der Bestellung: Angehalten; möglich ist es bei: In Bearbeitung, Teilweise versandt; Lieferungen "
            "sind offen: 1, 2; schließen Sie sie ab oder stornieren Sie sie",
        ),
        (
            "no shipment is InventoryAssigned",
            "no shipment is Inventory assigned",
            "keine Lieferung hat den Stand: Bestand zugewiesen",
        ),
        (
            "no operation is called 'foo': there are place_order, hold_order",
            "there is no operation 'foo': choose one on the order's page",
            "es gibt keinen Vorgang 'foo': wählen Sie einen auf der Seite der Bestellung",
        ),
        (
            "'foo' is no stage: it is one of inventory, release, complete",
            "'foo' is no stage: choose one under “Shipping”",
            "'foo' ist keine Stufe: wählen Sie eine unter „Versand“",
        ),
        (
            "'foo' is no status: it is one of InProgress, OnHold",
            "Status is never 'foo': choose one of In progress, On hold",
            "Status ist nie 'foo': möglich sind In Bearbeitung, Angehalten",
        ),
        (
            "the shop's list has no reason 'a or b'; it has: late, lost",
            "the shop's list has no reason 'a or b': choose one of it",
            "die Liste des Shops hat keinen Grund 'a or b': wählen Sie einen davon",
        ),
        (
            "a reason is a code of the shop's list, or a text of 1 to 10,000 characters",
            "another reason needs a comment that says it: write 1 to 10,000 characters",
            "ein anderer Grund braucht einen Kommentar, der ihn nennt: schreiben Sie 1 bis 10.000 Zeichen",
        ),
        (
            "9.50 EUR is more than you may refund at once: at most 5.00",
            "9.50 EUR is more than you may refund at once: at most 5.00",
            "9,50 EUR ist mehr, als Sie auf einmal erstatten dürfen: höchstens 5,00",
        ),
        (
            "shipment 1 was delivered at 2026-07-01T12:00:00+00:00 already: to correct it, give a reason",
            "shipment 1 was delivered at Jul 1, 2026, 12:00:00\u202fPM already: to correct it, give a reason",
            "Lieferung 1 wurde schon am 01.07.2026, 14:00:00 zugestellt: geben Sie einen Grund an, um das zu "
            "berichtigen",
        ),
        ("something that nobody thought of", "something that nobody thought of", "something that nobody thought of"),
        ("", "", ""),
    ],
)
def test_what_a_reason_names_is_said_in_the_language_too(recorded: str, english: str, german: str) -> None:
    assert GERMAN.reason(recorded) == german
    assert Reader().reason(recorded) == english


@pytest.mark.parametrize(
    ("error", "english", "german"),
    [
        (NotPermitted("payment.record", "add_payment"),
         "Add payment: your role does not let you record payments",
         "Zahlung hinzufügen: Ihre Rolle erlaubt Ihnen nicht: Zahlungen erfassen"),
        (NotPermitted("order.place", "this request"),
         "your role does not let you place orders",
         "Ihre Rolle erlaubt Ihnen nicht: Bestellungen aufgeben"),
        (NotPermitted("payment.record", "complete_shipment with capture"),
         "Complete shipment with “Capture”: your role does not let you record payments",
         "Lieferung versenden mit „Einzug“: Ihre Rolle erlaubt Ihnen nicht: Zahlungen erfassen"),
        (NotPermitted("note.write as its author", "editing note 2, which Anna wrote,"),
         "note 2 may only be edited by Anna, who wrote it",
         "Notiz 2 darf nur bearbeiten, wer sie schrieb: Anna"),
        (NotPermitted("note.moderate", "deleting note 2, which Anna wrote,"),
         "Anna wrote note 2, and your role does not let you delete notes that somebody else wrote",
         "Notiz 2 schrieb Anna, und Ihre Rolle erlaubt Ihnen nicht: Notizen löschen, die andere schrieben"),
        (NotPermitted("hold.legal", "releasing a hold for 'Suspicion of fraud'"),
         "a hold for 'Suspicion of fraud' is only released by who may do this: put orders under legal hold",
         "ein Anhalten wegen 'Suspicion of fraud' hebt nur auf, wer dies darf: Bestellungen unter Aufbewahrungspflicht "
         "stellen"),
    ],
)  # fmt: skip
def test_what_somebody_may_not_do_is_said_in_words(error: NotPermitted, english: str, german: str) -> None:
    assert Reader().reason(why(error)) == english
    assert GERMAN.reason(why(error)) == german


def test_every_permission_has_words() -> None:
    assert PERMISSIONS.keys() == roles.PERMISSIONS


def test_an_event_type_that_there_is_not_is_said_in_words() -> None:
    with pytest.raises(UnknownEventType) as refused:
        event_type({}, "x")
    assert Reader().reason(why(refused.value)) == "there is no event type 'x': choose one of the list"
    assert GERMAN.reason(why(refused.value)) == "es gibt keine Ereignisart 'x': wählen Sie eine aus der Liste"
