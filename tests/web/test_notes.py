"""Notes over HTTP: both kinds in one collection; System notes never change, not even for an admin."""

from tests.shops import small
from tests.web.conftest import Api
from tests.web.test_orders import problem


def test_both_kinds_are_one_collection(api: Api) -> None:
    order = api.place(small())
    path = f"/v1/orders/{order}/notes"
    written = api.ask("POST", path, {"title": "Called the customer", "detail": "Flat 12, not 21."})
    assert (written.status_code, written.headers["location"]) == (201, f"{path}/2")
    note = written.json()
    assert (note["type"], note["title"], note["detail"]) == ("Custom", "Called the customer", "Flat 12, not 21.")
    notes = api.get(path)
    assert [(one["seq"], one["type"], one["event_type"]) for one in notes["items"]] == [
        (1, "System", "OrderGroupCreated"),
        (2, "Custom", None),
    ]
    assert api.get(f"{path}/2") == note
    assert [one["seq"] for one in api.get(f"{path}?newest_first=true")["items"]] == [2, 1]
    assert [one["seq"] for one in api.get(f"{path}?type=Custom&text=flat")["items"]] == [2]
    assert api.get(f"{path}?visibility=customer")["items"] == []
    wrong = problem(api.ask("GET", f"{path}?visible=customer"), 400, "invalid-input")
    assert (
        "there are actor, after, as_of, category, channel, event_type, limit, newest_first, since, text"
        in wrong["detail"]
    )


def test_a_page_goes_on_where_the_last_one_ended(api: Api) -> None:
    order = api.place(small())
    path = f"/v1/orders/{order}/notes"
    for number in range(4):
        api.ask("POST", path, {"title": f"note {number}"})
    first = api.get(f"{path}?limit=3")
    assert [one["seq"] for one in first["items"]] == [1, 2, 3]
    assert [one["seq"] for one in api.get(f"{path}?limit=3&after={first['next']}")["items"]] == [4, 5]


def test_a_note_is_edited_and_deleted_and_its_texts_stay(api: Api) -> None:
    order = api.place(small())
    path = f"/v1/orders/{order}/notes/2"
    api.ask("POST", f"/v1/orders/{order}/notes", {"title": "first"})
    edited = api.ask("PATCH", path, {"title": "second"}).json()
    assert (edited["seq"], edited["title"]) == (2, "second")
    assert edited["edited"]
    assert [one["title"] for one in api.get(f"{path}/revisions")] == ["first", "second"]
    problem(api.ask("PATCH", path, {"title": "third", "revision": 2}), 409, "note-changed")
    assert api.ask("DELETE", path).status_code == 204
    assert api.get(path)["deleted"]
    assert [one["title"] for one in api.get(f"{path}/revisions")] == ["first", "second"]


def test_a_system_note_never_changes_for_nobody(api: Api) -> None:
    order = api.place(small())
    path = f"/v1/orders/{order}/notes/1"
    for answer in (api.ask("PATCH", path, {"title": "Nothing happened"}), api.ask("DELETE", path)):
        assert "never changes" in problem(answer, 403, "note-never-changes")["detail"]
    assert api.get(f"{path}/revisions") == []
    assert api.get(f"/v1/orders/{order}")["version"] == 1


def test_a_note_that_is_not_there(api: Api) -> None:
    order = api.place(small())
    problem(api.ask("GET", f"/v1/orders/{order}/notes/9"), 404, "unknown-note")
    problem(api.ask("PATCH", f"/v1/orders/{order}/notes/9", {"title": "x"}), 404, "unknown-note")
    problem(api.ask("PATCH", f"/v1/orders/{order}/notes/1", []), 400, "invalid-input")
    problem(api.ask("GET", f"/v1/orders/{order}/notes/first"), 404, "not-found")
