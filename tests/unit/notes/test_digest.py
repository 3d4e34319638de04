"""The exact bytes: golden vectors, those of RFC 6962, and what each part of an entry does to its digest."""

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ordertrail.notes.digest import (
    FIRST,
    Entry,
    commitment,
    commitment_of,
    commitments,
    entry_bytes,
    entry_digest,
    leaf,
    leaf_hash,
    node_hash,
    order_tag,
)

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "digests.md"
GOLDEN, RFC_6962 = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE.read_text("utf-8"), re.S))

TAG = "d2b1a98d3b86ab0affa19b94942746e7033417e780ce998efc727a362257b436"
DIGESTS = [
    "c859e705d739b70f2bd714442cc3356cc29a6579e57030d7e8ff5ba93b3d15bc",
    "f3339728678d5d0b94ca96a4d66e1edd0e1f6acbb533361851058f44ad99062f",
    "623859ff855dda5c878b8bb286dea92a9f008ae48db9e0714a6275f21b2db00a",
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "a543985e33ed8320ffb2ef3e3a81b76fcdbbb7f9951fd6e37d40aa37bca06074",
    "94a0dfe4c8f2b1f1b3aec9b10f79887358a68908eb165ee314eab13d2255f316",
    "61017e7706a50d4e98d804d7464caec6f918d0aa050c748f99b180d083fe8bae",
]
RFC_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def root(leaves: list[bytes]) -> bytes:
    """The Merkle tree hash of RFC 6962, 2.1, over leaf hashes."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(root(leaves[:split]), root(leaves[split:]))


def committed(columns: dict[str, Any], part: str) -> str | None:
    """The commitment to a part of an entry of the page, in hex."""
    text, salt = columns[part], columns[f"{part}_salt"]
    return None if text is None else commitment(bytes.fromhex(salt), text).hex()


def entry(number: int = 0, **changed: Any) -> Entry:
    """An entry of the page, perhaps with other columns."""
    columns = {**GOLDEN["entries"][number]["columns"], **changed}
    for salt in ("personal_salt", "actor_salt"):
        columns[salt] = None if columns[salt] is None else bytes.fromhex(columns[salt])
    return Entry(**{"order_id": GOLDEN["order_id"], "commitments": "", "digest": b"", **columns})


def test_the_page_says_what_is_written_here() -> None:
    assert GOLDEN["tag"] == TAG
    assert [one["expected"]["digest"] for one in GOLDEN["entries"]] == DIGESTS
    assert GOLDEN["roots"] == ROOTS
    assert RFC_6962["roots"] == RFC_ROOTS


def test_the_vectors_of_the_page_are_recomputed() -> None:
    tag, head, leaves = order_tag(GOLDEN["trail_id"], GOLDEN["order_id"]), FIRST, []
    assert tag.hex() == TAG
    for number, golden in enumerate(GOLDEN["entries"]):
        expected, columns = golden["expected"], golden["columns"]
        personal, actor = committed(columns, "personal"), committed(columns, "actor")
        assert (personal, actor) == (expected["personal_commitment"], expected["actor_commitment"])
        array = entry_bytes(GOLDEN["trail_id"], entry(number), personal, actor)
        assert array.decode() == expected["entry"]
        head = entry_digest(head, array)
        assert head.hex() == expected["digest"]
        data = leaf(tag, columns["seq"], head)
        assert data.hex() == expected["leaf"]
        leaves.append(leaf_hash(data))
        assert leaves[-1].hex() == expected["leaf_hash"]
    assert [root(leaves[:size]).hex() for size in range(len(leaves) + 1)] == ROOTS


def test_the_vectors_are_what_other_tools_make_of_the_page() -> None:
    for golden in GOLDEN["entries"]:
        columns, expected = golden["columns"], golden["expected"]
        names = list(Entry._fields[1:15])
        content = sha256(b"ordertrail/1 content\n" + columns["content"].encode()).hexdigest()
        assert content == expected["content_hash"]
        assert expected["entry"].encode() == rfc8785.dumps(
            [
                "ordertrail/1",
                GOLDEN["trail_id"],
                GOLDEN["order_id"],
                *(columns[name] for name in names),
                content,
                expected["personal_commitment"],
                expected["actor_commitment"],
            ]
        )
        for text in ("content", "personal", "actor"):
            assert columns[text] is None or rfc8785.dumps(json.loads(columns[text])).decode() == columns[text]


def test_the_tree_is_that_of_rfc_6962() -> None:
    hashes = [leaf_hash(bytes.fromhex(data)) for data in RFC_6962["leaves"]]
    assert [root(hashes[:size]).hex() for size in range(len(hashes) + 1)] == RFC_ROOTS


def test_a_node_never_passes_for_a_leaf() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert node_hash(left, right) != leaf_hash(left + right)


OTHERWISE: dict[str, Any] = {
    "order_id": "x", "seq": 9, "type": "Custom", "event": None, "category": "x", "channel": "x", "actor_kind": "x",
    "actor_id": "x", "on_behalf_of": "x", "subject": "x", "visibility": "x", "created": 9, "recorded": 9, "revises": 9,
    "cause": "x", "content": "{}",
}  # fmt: skip


@pytest.mark.parametrize("column", Entry._fields[:16])
def test_every_column_is_in_the_digest(column: str) -> None:
    array = entry_bytes(GOLDEN["trail_id"], entry(), None, None)
    assert entry_bytes(GOLDEN["trail_id"], entry(**{column: OTHERWISE[column]}), None, None) != array


def test_trail_and_commitments_are_in_the_digest() -> None:
    arrays = [
        entry_bytes(trail, entry(), personal, actor)
        for trail in ("a", "b")
        for personal in (None, "00")
        for actor in (None, "00")
    ]
    assert len(set(arrays)) == len(arrays)


def test_columns_without_the_digest_make_the_same_bytes_as_an_entry() -> None:
    whole = entry(1)
    assert entry_bytes("t", whole[:-1], "aa", "bb") == entry_bytes("t", whole, "aa", "bb")


def test_the_chain_covers_the_entry_before() -> None:
    assert entry_digest(FIRST, b"[]") != entry_digest(entry_digest(FIRST, b"[]"), b"[]")
    assert bytes(32) == FIRST


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16), st.text(st.characters(codec="utf-8")))
def test_a_commitment_binds_salt_and_text(salt: bytes, other: bytes, text: str) -> None:
    assert commitment(salt, text) == commitment_of(salt, text.encode())
    assert commitment(salt, text) != commitment(salt, text + ".")
    assert (commitment(salt, text) == commitment(other, text)) == (salt == other)


def test_commitments_are_kept_as_a_json_array() -> None:
    assert commitments(None, "ab") == '[null,"ab"]'
    assert commitments("cd", "ab") == '["cd","ab"]'


@given(st.integers(1, 2**53), st.integers(1, 2**53))
def test_leaves_of_one_order_differ_by_their_seq(one: int, other: int) -> None:
    tag = order_tag("t", "o")
    assert len(leaf(tag, one, FIRST)) == 72
    assert (leaf(tag, one, FIRST) == leaf(tag, other, FIRST)) == (one == other)


def test_orders_and_trails_have_tags_of_their_own() -> None:
    assert len({order_tag("a", "x"), order_tag("a", "y"), order_tag("b", "x")}) == 3
