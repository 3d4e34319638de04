"""The roles, against the table of operations and what its rules ask for."""

import re
from pathlib import Path

import pytest

from ordertrail.orders import operations
from ordertrail.orders.operations import OPERATIONS
from ordertrail.web.auth.roles import BESIDE, OF_OPERATIONS, PERMISSIONS, ROLES

NEEDED = {row.permission for row in OPERATIONS.values()} | {
    permission for row in OPERATIONS.values() for permission in row.permission_with.values()
}


@pytest.mark.parametrize("permission", sorted(NEEDED))
def test_every_permission_of_an_operation_is_somebody_s(permission: str) -> None:
    held_by = {name for name, role in ROLES.items() if permission in role.permissions}
    assert "admin" in held_by
    assert held_by - {"admin"}


def test_permissions_are_those_of_the_operations_and_some_beside() -> None:
    assert OF_OPERATIONS == NEEDED
    assert NEEDED | set(BESIDE) == PERMISSIONS
    assert not NEEDED & set(BESIDE)


def test_every_permission_that_a_rule_asks_for_is_known() -> None:
    files = Path(operations.__file__).parent.glob("*.py")
    asked = {name for file in files for name in re.findall(r'(?:require|permits)\("([^"]+)"', file.read_text())}
    assert "note.moderate" in asked
    assert asked <= PERMISSIONS


def test_there_are_six_roles_and_each_says_whom_it_is_for() -> None:
    assert list(ROLES) == ["viewer", "csr", "warehouse", "manager", "auditor", "admin"]
    assert len({role.whom for role in ROLES.values()}) == len(ROLES)
    assert all(role.whom.endswith(".") for role in ROLES.values())


def test_a_role_has_only_what_there_is_and_sees_orders() -> None:
    for role in ROLES.values():
        assert {"order.see"} <= role.permissions <= PERMISSIONS
        assert (role.ceilings.refund, role.ceilings.discount) == ({}, {})
    assert ROLES["admin"].permissions == PERMISSIONS


def test_who_only_looks_changes_nothing() -> None:
    for name in ("viewer", "auditor"):
        assert not ROLES[name].permissions & OF_OPERATIONS
    assert "personal.see" not in ROLES["viewer"].permissions


def test_day_to_day_work_is_without_what_cannot_be_undone() -> None:
    grave = {"personal.erase", "hold.legal", "shipment.reopen"}
    assert ROLES["csr"].permissions & OF_OPERATIONS == OF_OPERATIONS - grave
    assert ROLES["warehouse"].permissions < ROLES["csr"].permissions < ROLES["manager"].permissions
    assert ROLES["manager"].permissions == PERMISSIONS - {"user.manage", "webhook.manage"}


def test_only_the_admin_says_who_may_come_in_and_what_goes_out() -> None:
    for permission in ("user.manage", "webhook.manage"):
        assert [name for name, role in ROLES.items() if permission in role.permissions] == ["admin"]
