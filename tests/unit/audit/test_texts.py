import pytest

from ordertrail.audit.texts import Wrong, check_actor, read_list, read_map, shown, why_not_canonical


def test_canonical_texts_are_read() -> None:
    assert read_map(b'{"a":1,"b":{"c":"\xc3\xa9"}}') == {"a": 1, "b": {"c": "é"}}
    assert read_list(b'["a",null,true]') == ["a", None, True]
    check_actor(b'{"label":"Anna"}')


@pytest.mark.parametrize(
    ("text", "code", "why"),
    [
        (b"{", "unreadable", "it is not JSON"),
        (b"", "unreadable", "it is not JSON"),
        (b'{"a":"\xff"}', "unreadable", "it is not UTF-8"),
        (b'{"a":1.5}', "unreadable", "a value in it is not what it should be"),
        (b"[" * 10_000, "unreadable", "it is nested too deep"),
        (b"[]", "unreadable", "it is another kind of JSON"),
        (b'{"b":1,"a":2}', "not-canonical", "it is spelt otherwise"),
        (b'{"a": 1}', "not-canonical", "it is spelt otherwise"),
        (b'{"a":"\\u0061"}', "not-canonical", "it is spelt otherwise"),
        (b'{"a":1,"a":1}', "not-canonical", "the key 'a' stands twice"),
        (b'{"x":{"a":1,"a":2}}', "not-canonical", "the key 'a' stands twice"),
    ],
)
def test_what_is_wrong_with_a_map_is_said(text: bytes, code: str, why: str) -> None:
    with pytest.raises(Wrong) as raised:
        read_map(text)
    assert (raised.value.code, raised.value.why) == (code, why)


def test_a_text_that_is_only_spelt_otherwise_has_its_value() -> None:
    with pytest.raises(Wrong) as raised:
        read_list(b"[1, 2]")
    assert raised.value.value == [1, 2]


@pytest.mark.parametrize("text", [b"{}", b"nope"])
def test_what_is_no_list_is_unreadable(text: bytes) -> None:
    with pytest.raises(Wrong) as raised:
        read_list(text)
    assert (raised.value.code, raised.value.value) == ("unreadable", None)


def test_a_wrong_actor_is_wrong_every_time() -> None:
    for _ in range(2):
        with pytest.raises(Wrong):
            check_actor(b'{"label": "Anna"}')


def test_what_cannot_be_read_has_no_spelling() -> None:
    assert why_not_canonical(b"{") == "it is not JSON"


def test_any_bytes_can_be_shown() -> None:
    assert shown("é".encode() + b"\xff") == "é\\xff"
