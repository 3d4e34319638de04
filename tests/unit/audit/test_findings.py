import re

import pytest

from ordertrail.audit.findings import CODES, NOT_EXCLUDED, Finding, Found, Verification


def test_the_first_of_each_code_is_kept() -> None:
    found = Found()
    found.add("digest-differs", 3)
    found.add("digest-differs", 4)
    found.add("head-differs")
    assert found.findings("o1", "PO1") == [
        Finding(
            code="digest-differs",
            sentence="the digest of entry 3 is not that of the entry and of the one before it",
            order_id="o1",
            number="PO1",
            seq=3,
        ),
        Finding(
            code="head-differs",
            sentence="the order's head is not the digest of its last entry",
            order_id="o1",
            number="PO1",
        ),
    ]


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_a_name_and_a_sentence(code: str) -> None:
    assert re.fullmatch("[a-z]+(-[a-z]+)+|unreadable", code)
    assert not CODES[code].endswith(".")


def test_a_verification_without_findings_is_sound() -> None:
    verified = Verification(orders=1, streams=0, entries=2, findings=(), beyond=0, guards="well guarded")
    assert verified.sound
    assert verified.not_excluded is NOT_EXCLUDED
    assert not Verification(
        orders=1, streams=0, entries=2, findings=(Finding(code="no-order", sentence=""),), beyond=0, guards=""
    ).sound
