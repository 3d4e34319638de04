"""docs/reference/roles.md: who may do what."""

from collections.abc import Iterator

from docs.drawn.markdown import code, heading, link, page, table
from ordertrail.orders.operations import OPERATIONS
from ordertrail.web.auth.roles import BESIDE, PERMISSIONS, ROLES

INTRO = """What who comes in over HTTP may do hangs on their role. A shop that wants other roles gives its own,
in Python: `ordertrail.web.auth.roles` has the ones below."""


def render() -> str:
    """The page."""
    whom = [(code(name), role.whom) for name, role in ROLES.items()]
    rows = [
        (
            code(permission),
            what(permission),
            *("yes" if permission in role.permissions else "" for role in ROLES.values()),
        )
        for permission in sorted(PERMISSIONS)
    ]
    return page(
        "Roles", INTRO, table(("role", "for"), whom),
        heading(2, "Permissions"), table(("permission", "to", *ROLES), rows),
    )  # fmt: skip


def what(permission: str) -> str:
    """What it is needed for."""
    return ", ".join([*([BESIDE[permission]] if permission in BESIDE else []), *_operations(permission)])


def _operations(permission: str) -> Iterator[str]:
    """The operations that need it, and those that need it with one of their arguments."""
    for row in OPERATIONS.values():
        if row.permission == permission:
            yield link(row.name, page="operations.md")
        for name, needed in row.permission_with.items():
            if needed == permission:
                yield f"{link(row.name, page='operations.md')} with {code(name)}"
