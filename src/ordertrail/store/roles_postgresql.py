"""Roles on PostgreSQL, for a deployment whose service does not own the record.

None of them logs in. The operator grants them to the users who do: `GRANT ordertrail_app TO shop`.
"""

from typing import NamedTuple

from ordertrail.store.guards_postgresql import FUNCTIONS, Runs
from ordertrail.store.schema import Tables


class Role(NamedTuple):
    """A role; `of` is the role whose rights it has too."""

    name: str
    of: str | None = None


ROLES = (
    Role("owner"),  # owns everything, and can get round the guards: nobody's daily role
    Role("reader"),  # reads the record
    Role("app", of="reader"),  # writes the record through the functions, and keeps the tables of the service
    Role("eraser", of="app"),  # may also erase personal data, and records that it does
    Role("sequencer", of="reader"),  # places entries in the log
    Role("archiver", of="reader"),  # will move closed orders to sealed segments
)


def installed(database: Runs, tables: Tables) -> bool:
    """Whether the schema belongs to its owner's role."""
    return bool(database.run(
        "SELECT 1 FROM pg_namespace WHERE nspname = %s AND pg_get_userbyid(nspowner) = %s",
        (tables.schema, f"{tables.schema}_owner"),
    ))  # fmt: skip


def install(database: Runs, tables: Tables) -> None:
    """Make the roles, hand everything to the owner, and give each role its rights."""
    for role in ROLES:
        _create(database, f"{tables.schema}_{role.name}")
    for role in ROLES:
        if role.of:
            database.run(f'GRANT "{tables.schema}_{role.of}" TO "{tables.schema}_{role.name}"')
    _hand_over(database, tables)
    _grant(database, tables)


def _create(database: Runs, name: str) -> None:
    if not database.run("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)):
        database.run(f'CREATE ROLE "{name}" NOLOGIN')


def _hand_over(database: Runs, tables: Tables) -> None:
    owner = f'"{tables.schema}_owner"'
    # Only a member can give something to a role; a superuser needs it not, but does not mind.
    database.run(f"GRANT {owner} TO CURRENT_USER")
    database.run(f'ALTER SCHEMA "{tables.schema}" OWNER TO {owner}')
    for table in (*(table.name for table in tables.of("postgresql")), "schema_version"):
        database.run(f"ALTER TABLE {tables.named(table)} OWNER TO {owner}")
    database.run(f"ALTER SEQUENCE {tables.named('order_number')} OWNER TO {owner}")
    for function in FUNCTIONS:
        database.run(f"ALTER FUNCTION {tables.named(function.name)}({function.arguments}) OWNER TO {owner}")


def _grant(database: Runs, tables: Tables) -> None:
    database.run(f'GRANT USAGE ON SCHEMA "{tables.schema}" TO "{tables.schema}_reader"')
    database.run(f'GRANT SELECT ON ALL TABLES IN SCHEMA "{tables.schema}" TO "{tables.schema}_reader"')
    for table in (tables.named(each.name) for each in tables.of_service):
        # What is kept of passwords, sessions and keys is nobody's to read but the service's.
        database.run(f'REVOKE ALL ON {table} FROM "{tables.schema}_reader"')
        database.run(f'GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO "{tables.schema}_app"')
    for function in FUNCTIONS:
        if function.right:
            name = f"{tables.named(function.name)}({function.arguments})"
            database.run(f'GRANT EXECUTE ON FUNCTION {name} TO "{tables.schema}_{function.right}"')
