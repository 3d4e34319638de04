"""Whatever the tool, the database refuses to change what is recorded."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import msgspec
import psycopg
import pytest
from sqlalchemy import select

from ordertrail.errors import GuardsMissing, InvalidInput, StoreError
from ordertrail.notes.digest import Entry
from ordertrail.store import initialise, libraries, open_store
from ordertrail.store.base import Erasure, OrderRow, Store, TokenRow
from ordertrail.store.guards_postgresql import FUNCTIONS, TRIGGERS
from ordertrail.store.guards_sqlite import triggers
from ordertrail.store.schema import tables
from ordertrail.store.stores import OwnStore
from tests.contract.storing import change, entry, everything, placed, token_row

NOTES = ", ".join(Entry._fields)
ORDERS = ", ".join(OrderRow._fields)
WITHOUT_ENTRIES = ORDERS.replace("order_id", "'o3'", 1)
RULES = (
    "entries are append-only|an order changes only with|order numbers are never|listed once|one trail|the log"
    "|a token stays"
)
ALL_GUARDED = ("order_notes", "orders", "order_numbers", "erasures", "trail", "log_entries", "log_head", "api_tokens")

TOKENS = ", ".join(TokenRow._fields)

# On both engines. Each is tried on a record of two orders, with one part erased and another one not, and on two tokens,
# the second of which was revoked.
FORBIDDEN = [
    *(f"UPDATE order_notes SET {name} = (SELECT {name} FROM order_notes WHERE order_id = 'o2') WHERE order_id = 'o1'"
      for name in Entry._fields),
    *(f"UPDATE order_notes SET {name} = NULL WHERE order_id = 'o1' AND seq = 2"
      for name in ("personal", "personal_salt", "actor", "actor_salt", "event")),
    "UPDATE order_notes SET personal = NULL, personal_salt = NULL WHERE order_id = 'o2'",
    "UPDATE order_notes SET actor = NULL, actor_salt = NULL WHERE order_id = 'o1' AND seq = 1",
    "UPDATE order_notes SET personal = 'back' WHERE order_id = 'o1' AND seq = 1",
    "UPDATE order_notes SET content = content || ' ', personal = NULL, personal_salt = NULL WHERE seq = 1",
    "UPDATE order_notes SET seq = seq + 1",
    "DELETE FROM order_notes",
    "INSERT INTO order_notes SELECT * FROM order_notes WHERE order_id = 'o2' ON CONFLICT DO NOTHING",
    "INSERT INTO order_notes SELECT * FROM order_notes WHERE order_id = 'o2'"
    " ON CONFLICT (order_id, seq) DO UPDATE SET content = 'x'",
    f"INSERT INTO order_notes SELECT {NOTES.replace('seq', 'seq + 2', 1)} FROM order_notes WHERE order_id = 'o2'",
    f"INSERT INTO order_notes SELECT {NOTES.replace('seq', 'seq - 1', 1)} FROM order_notes WHERE order_id = 'o2'",
    f"INSERT INTO order_notes SELECT {NOTES.replace('seq', 'seq - 9', 1)} FROM order_notes WHERE order_id = 'o2'",
    *(f"UPDATE orders SET {name} = (SELECT {name} FROM orders WHERE order_id = 'o2') WHERE order_id = 'o1'"
      for name in OrderRow._fields),
    "UPDATE orders SET number = 'PO-x', version = version + 1",
    "UPDATE orders SET order_id = 'o3', version = version + 1 WHERE order_id = 'o1'",
    "UPDATE orders SET version = version + 1 WHERE order_id = 'o1'",
    "UPDATE orders SET version = 2, status = 'Cancelled' WHERE order_id = 'o2'",
    f"INSERT INTO orders SELECT {WITHOUT_ENTRIES} FROM orders WHERE order_id = 'o1'",
    f"INSERT INTO orders SELECT {ORDERS} FROM orders WHERE order_id = 'o1'"
    " ON CONFLICT (order_id) DO UPDATE SET version = orders.version + 1",
    "DELETE FROM orders",
    "UPDATE order_numbers SET order_id = 'o2'",
    "UPDATE order_numbers SET number = 'PO-x' WHERE number = 'PO-o1'",
    "DELETE FROM order_numbers",
    "INSERT INTO order_numbers VALUES ('PO-o1', 'o2') ON CONFLICT (number) DO UPDATE SET order_id = 'o2'",
    "UPDATE erasures SET part = 'actor'",
    "UPDATE erasures SET erased_by = 1",
    "DELETE FROM erasures",
    "INSERT INTO erasures VALUES ('o1', 2, 'personal', 9)",
    "INSERT INTO erasures VALUES ('o1', 2, 'personal', 2)",
    "INSERT INTO erasures VALUES ('o1', 2, 'personal', 1)",
    "INSERT INTO erasures VALUES ('o1', 1, 'personal', 1) ON CONFLICT (order_id, seq, part) DO UPDATE SET part = 'x'",
    "UPDATE trail SET trail_id = 'x'",
    "DELETE FROM trail",
    "INSERT INTO trail VALUES ('x', 1)",
    "UPDATE log_head SET size = size + 1",
    "UPDATE log_head SET id = 2",
    "DELETE FROM log_head",
    "INSERT INTO log_head VALUES (2, 3)",
    "INSERT INTO log_head VALUES (1, 9)",
    "INSERT INTO log_entries VALUES (99, 'o3', 1, ''::bytea)",
    *(f"UPDATE api_tokens SET {name} = (SELECT {name} FROM api_tokens WHERE token_id = 't2'){revoked}"
      " WHERE token_id = 't1'"
      for name in TokenRow._fields if name != "revoked" for revoked in ("", ", revoked = 8")),
    "UPDATE api_tokens SET revoked = NULL",
    "UPDATE api_tokens SET revoked = 8 WHERE token_id = 't2'",
    "DELETE FROM api_tokens",
    "INSERT INTO api_tokens SELECT * FROM api_tokens WHERE token_id = 't1'"
    " ON CONFLICT (token_id) DO UPDATE SET role = 'admin'",
]  # fmt: skip

ON_SQLITE = [
    *(statement.replace("''::bytea", "x''") for statement in FORBIDDEN),
    *(statement.replace("UPDATE", "UPDATE OR REPLACE", 1) for statement in FORBIDDEN if statement.startswith("UPDATE")),
    "UPDATE OR IGNORE order_notes SET content = 'x'",
    *(f"{verb} INTO {table} SELECT * FROM {table}"
      for verb in ("REPLACE", "INSERT OR REPLACE", "INSERT OR IGNORE")
      for table in ALL_GUARDED),
    *(f"{verb} INTO {table} (rowid, {columns}) SELECT {rowid}, {values} FROM {table} LIMIT 1"
      for verb in ("INSERT", "REPLACE") for rowid in ("1", "9", "0", "-1", "-2")
      for table, columns, values in (
          ("order_notes", NOTES, NOTES.replace("order_id", "'o9'", 1).replace("seq", "1", 1)),
          ("orders", ORDERS, ORDERS.replace("order_id", "'o1'", 1)),
          ("order_numbers", "number, order_id", "'PO-x', order_id"),
          ("erasures", "order_id, seq, part, erased_by", "order_id, seq, 'actor', erased_by"),
          ("trail", "trail_id, created", "'x', 1"),
          ("api_tokens", TOKENS, TOKENS.replace("token_id", "'t9'", 1)),
      )),
    *(f"UPDATE OR REPLACE {table} SET rowid = 2 WHERE rowid = 1"
      for table in ("order_notes", "orders", "order_numbers", "erasures", "trail", "api_tokens")),
    "UPDATE OR REPLACE api_tokens SET rowid = 2, revoked = 8 WHERE token_id = 't1'",
    "UPDATE OR REPLACE orders SET rowid = 2, version = version + 1 WHERE rowid = 1",
    "REPLACE INTO log_entries SELECT 3, order_id, seq, leaf FROM log_entries WHERE position = 0",
    "REPLACE INTO log_entries SELECT 0, 'o9', 1, leaf FROM log_entries WHERE position = 0",
    "REPLACE INTO log_entries (order_id, seq, leaf) SELECT 'o9', 1, leaf FROM log_entries WHERE position = 0",
    "UPDATE log_entries SET leaf = x'00'",
    "UPDATE log_entries SET position = position + 10",
    "DELETE FROM log_entries",
]  # fmt: skip

ON_POSTGRESQL = [
    *FORBIDDEN,
    *(f"TRUNCATE {table}{how}" for how in ("", " CASCADE")
      for table in ALL_GUARDED),
    "MERGE INTO order_notes n USING orders o ON n.order_id = o.order_id WHEN MATCHED THEN UPDATE SET content = 'x'",
    "MERGE INTO order_notes n USING orders o ON n.order_id = o.order_id WHEN MATCHED THEN DELETE",
    "MERGE INTO orders o USING trail ON true WHEN MATCHED THEN UPDATE SET version = version + 1, status = 'Cancelled'",
    "SET session_replication_role = replica; UPDATE orders SET version = version + 1, status = 'Cancelled'",
    "WITH gone AS (DELETE FROM order_notes RETURNING *) SELECT count(*) FROM gone",
    "SET session_replication_role = replica; UPDATE order_notes SET content = 'x'",
    "SET session_replication_role = replica; TRUNCATE order_notes",
    "COPY order_numbers FROM PROGRAM 'echo PO-o1,o2' (FORMAT csv)",
    "COPY trail FROM PROGRAM 'echo x,1' (FORMAT csv)",
]  # fmt: skip


def fill(store: Store, erase: bool = True) -> None:
    """Two orders, a part of one entry is erased; two tokens, the second one revoked."""
    placed(store, "o1", 2)
    placed(store, "o2", 1)
    with store.writing() as transaction:
        transaction.add_token(token_row("t1"))
        transaction.add_token(
            token_row("t2", name="old", role="admin", digest=b"2", created=2, expires=2, created_by="b")
        )
        transaction.revoke_token("t2", 7)
    if erase:
        with store.writing() as transaction:
            transaction.erase([Erasure("o1", 1, "personal", 2)])


def raw(store: Store) -> Any:
    """The driver's own connection."""
    assert isinstance(store, OwnStore)
    session = store._pool.take()
    store._pool.give_back(session)
    return session.connection


def refused(store: Store, connection: Any, statements: list[str], error: type[Exception], match: str) -> None:
    """That each statement is refused, and nothing has changed."""
    before = everything(store)
    for statement in statements:
        with pytest.raises(error, match=match):  # noqa: PT012
            connection.execute(statement)
            pytest.fail(f"was not refused: {statement}")
    assert everything(store) == before


@pytest.mark.parametrize("recursive", ["OFF", "ON"])
def test_sqlite_refuses(sqlite_url: str, recursive: str) -> None:
    store = open_store(sqlite_url, pool_size=1)
    fill(store)
    connection = raw(store)
    connection.execute(f"PRAGMA recursive_triggers = {recursive}")
    refused(store, connection, ON_SQLITE, libraries.choose(None).Error, RULES)
    store.close()


def test_postgresql_refuses_its_only_user(postgres_url: str) -> None:
    store = open_store(postgres_url)
    fill(store)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("SET search_path = ordertrail")
        refused(store, connection, ON_POSTGRESQL, psycopg.Error, f"ordertrail: .*({RULES})|duplicate key")
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"), connection.cursor() as cursor:
            copy_a_gap(cursor)
    report = store.guards()
    assert (report.roles, "triggers alone" in report.explanation) == (False, True)
    store.close()


def copy_a_gap(cursor: "psycopg.Cursor[Any]") -> None:
    """COPY an entry that is not the next one."""
    with cursor.copy(f"COPY (SELECT {NOTES.replace('seq', 'seq + 5', 1)} FROM order_notes LIMIT 1) TO STDOUT") as out:
        data = b"".join(bytes(part) for part in out)
    with cursor.copy("COPY order_notes FROM STDIN") as copy:
        copy.write(data)


@pytest.mark.parametrize(
    ("events", "eraser"),
    [
        (["PersonalDataErased", "OrderGroupOnHold"], 2),  # not an entry that erases
        (["PersonalDataErased", "PersonalDataErased", "OrderGroupOnHold"], 2),  # no longer the last
        (["PersonalDataErased"], 1),  # itself
    ],
)
def test_only_the_last_entry_erases_and_only_what_came_before(
    database_url: str, events: list[str], eraser: int
) -> None:
    store = open_store(database_url)
    entries = [entry("o1", seq, event=event) for seq, event in enumerate(events, 1)]
    with store.writing() as transaction:
        assert transaction.append(msgspec.structs.replace(change("o1", entries=len(events)), entries=entries))
    with pytest.raises(StoreError, match="listed once"), store.writing() as transaction:
        transaction.erase([Erasure("o1", 1, "personal", eraser)])
    assert everything(store)["erasures"] == []
    store.close()


class Deployment:
    """A trail on PostgreSQL that belongs to nobody who logs in, in a schema of its own."""

    def __init__(self, url: str) -> None:
        self.url, self.schema = url, f"t{uuid4().hex[:12]}"
        self.report = initialise(url, schema=self.schema, roles=True)

    def user(self, role: str) -> str:
        """The URL of a new user who has a role."""
        name = f"{self.schema}_user_{role}"
        self.run(f"CREATE ROLE {name} LOGIN IN ROLE {self.schema}_{role}")
        return self.url.replace("//postgres:@", f"//{name}:@")

    def run(self, statement: str) -> None:
        """Run something as superuser."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)

    def remove(self) -> None:
        """Roles belong to the whole server: leave none behind."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            roles = connection.execute("SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", (self.schema,))
            for (role,) in roles.fetchall():
                connection.execute(f"DROP OWNED BY {role} CASCADE")
                connection.execute(f"DROP ROLE {role}")


@pytest.fixture
def deployment(postgres_url: str) -> Iterator[Deployment]:
    """A trail on PostgreSQL with roles."""
    made = Deployment(postgres_url)
    yield made
    made.remove()


def test_the_app_role_works_through_the_functions_only(deployment: Deployment) -> None:
    url = deployment.user("app")
    store = open_store(url, schema=deployment.schema)
    fill(store, erase=False)
    with store.writing() as transaction:
        assert transaction.draw_number() == 100001
        assert transaction.append(change("o1", 2))
    assert store.guards().roles
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"SET search_path = {deployment.schema}")
        refused(store, connection, ON_POSTGRESQL, psycopg.errors.InsufficientPrivilege, "permission denied|must be")
        more = [
            "SET session_replication_role = replica",
            f"SET ROLE {deployment.schema}_owner",
            "ALTER TABLE order_notes DISABLE TRIGGER ALL",
            "ALTER TABLE order_notes DROP COLUMN content",
            "DROP TRIGGER ordertrail_update ON order_notes",
            "DROP TABLE order_notes",
            f"DROP SCHEMA {deployment.schema} CASCADE",
            f"DROP OWNED BY {deployment.schema}_owner CASCADE",
            "CREATE TABLE shadow (x int)",
            "DROP FUNCTION append",
            "SELECT erase('[]')",
            "SELECT nextval('order_number')",
            "INSERT INTO idempotency VALUES ('o1', 'user', 'anna', 'k', NULL, 1, 1, 1)",
            "INSERT INTO api_tokens VALUES ('t9', 'x', 'admin', '', 1, NULL, NULL, 'x')",
            "UPDATE api_tokens SET revoked = 8 WHERE token_id = 't1'",
            "INSERT INTO log_pending (order_id, seq, leaf) VALUES ('o1', 1, '')",
        ]
        refused(store, connection, more, psycopg.errors.InsufficientPrivilege, "permission denied|must be")
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.cursor() as cursor:
            copy_a_gap(cursor)
    store.close()


@pytest.mark.parametrize("expected", [0, 1])
def test_an_entry_of_another_order_does_not_slip_in(deployment: Deployment, expected: int) -> None:
    """The entry is the next one of its order, and nothing but the number of entries tells that it is not ours."""
    store = open_store(deployment.user("app"), schema=deployment.schema)
    placed(store, "o2")
    if expected:
        placed(store, "o1")
    before, ours = everything(store), change("o1", expected)
    slipped = msgspec.structs.replace(ours, entries=[*ours.entries, entry("o2", 2)], leaves=[*ours.leaves, bytes(32)])
    with pytest.raises(StoreError, match="only with its next entry"), store.writing() as transaction:
        transaction.append(slipped)
    assert everything(store) == before
    store.close()


def test_a_table_in_the_way_changes_nothing(deployment: Deployment) -> None:
    """The functions run as the owner, so what a user puts on the search path must not reach them."""
    url = deployment.user("app")
    store = open_store(url, schema=deployment.schema)
    placed(store)
    with psycopg.connect(url, autocommit=True) as connection:
        for table in ("orders", "order_notes", "log_pending", "erasures"):
            connection.execute(f"CREATE TEMP TABLE {table} (LIKE {deployment.schema}.{table})")
        connection.execute("SET search_path = pg_temp")
        connection.execute(
            f"SELECT {deployment.schema}.append(jsonb_build_object('expected', 1,"
            " 'order', to_jsonb(o) || '{\"version\": 2}',"
            ' \'entries\', jsonb_build_array(to_jsonb(n) || \'{"seq": 2, "leaf": "\\\\x00"}\')))'
            f" FROM {deployment.schema}.orders o, {deployment.schema}.order_notes n"
        )
        assert connection.execute("SELECT * FROM pg_temp.order_notes").fetchall() == []
    assert len(everything(store)["order_notes"]) == 2
    store.close()


def test_only_the_eraser_erases(deployment: Deployment) -> None:
    app = open_store(deployment.user("app"), schema=deployment.schema)
    placed(app, entries=2)
    with pytest.raises(StoreError, match="lacks the privilege"), app.writing() as transaction:
        transaction.erase([Erasure("o1", 1, "personal", 2)])
    eraser = open_store(deployment.user("eraser"), schema=deployment.schema)
    with eraser.writing() as transaction:
        transaction.erase([Erasure("o1", 1, "personal", 2)])
        assert transaction.append(change("o1", 2))
    assert eraser.guards().roles
    for store in (app, eraser):
        store.close()


@pytest.mark.parametrize("role", ["reader", "sequencer", "archiver"])
def test_other_roles_only_read(deployment: Deployment, role: str) -> None:
    app = open_store(deployment.url, schema=deployment.schema)
    placed(app)
    app.close()
    store = open_store(deployment.user(role), schema=deployment.schema)
    assert everything(store)["orders"]
    with pytest.raises(StoreError, match="lacks the privilege"), store.writing() as transaction:
        transaction.append(change("o2"))
    for table in store.tables.of_service:
        with pytest.raises(StoreError, match="lacks the privilege"), store.reading() as reading:
            reading.rows(select(table))
    assert store.guards().roles
    store.close()


def test_only_the_sequencer_places_entries_in_the_log(deployment: Deployment) -> None:
    app = open_store(deployment.user("app"), schema=deployment.schema)
    placed(app, entries=2)
    with pytest.raises(StoreError, match="lacks the privilege"), app.writing() as transaction:
        transaction.place_pending(10)
    app.close()
    sequencer = open_store(deployment.user("sequencer"), schema=deployment.schema)
    with sequencer.writing() as transaction:
        assert transaction.place_pending(10) == 2
    assert [row[:3] for row in everything(sequencer)["log_entries"]] == [(0, "o1", 1), (1, "o1", 2)]
    assert everything(sequencer)["log_head"] == [(1, 2)]
    sequencer.close()


def test_without_any_role_there_is_nothing_to_see(deployment: Deployment) -> None:
    url = deployment.user("app").replace("_user_app:", "_user_nobody:")
    deployment.run(f"CREATE ROLE {deployment.schema}_user_nobody LOGIN")
    with pytest.raises(StoreError, match="lacks the privilege"):
        open_store(url, schema=deployment.schema)


def test_roles_stay_installed(deployment: Deployment) -> None:
    assert "the roles are made" in deployment.report.explanation
    assert "this connection is its owner's" in deployment.report.explanation  # as who was connected: a superuser
    deployment.run(f"ALTER FUNCTION {deployment.schema}.append OWNER TO postgres")
    initialise(deployment.url, schema=deployment.schema)
    with psycopg.connect(deployment.url) as connection:
        owners = connection.execute(
            "SELECT DISTINCT pg_get_userbyid(proowner) FROM pg_proc WHERE pronamespace = %s::regnamespace",
            (deployment.schema,),
        ).fetchall()
    assert owners == [(f"{deployment.schema}_owner",)]


@pytest.mark.parametrize(
    "privilege",
    [
        "GRANT INSERT ON {0}.order_notes TO {1}",
        "GRANT UPDATE (content) ON {0}.order_notes TO {1}",
        "GRANT DELETE ON {0}.log_pending TO {1}",
        "GRANT TRUNCATE ON {0}.orders TO {1}",
        "GRANT TRIGGER ON {0}.order_notes TO {1}",
        "GRANT CREATE ON SCHEMA {0} TO {1}",
        "GRANT UPDATE ON {0}.erasures TO PUBLIC",
    ],
)
def test_a_privilege_too_many_is_found(deployment: Deployment, privilege: str) -> None:
    store = open_store(deployment.user("app"), schema=deployment.schema)
    deployment.run(privilege.format(deployment.schema, f"{deployment.schema}_app"))
    with pytest.raises(GuardsMissing, match="may write the record's tables"):
        store.guards()
    store.close()


def test_one_who_may_become_the_owner_counts_as_the_owner(deployment: Deployment) -> None:
    store = open_store(deployment.user("app"), schema=deployment.schema)
    deployment.run(f"GRANT {deployment.schema}_owner TO {deployment.schema}_app")
    deployment.run(f"ALTER ROLE {deployment.schema}_user_app NOINHERIT")
    assert not store.guards().roles
    store.close()


def test_sqlite_has_no_roles(sqlite_url: str) -> None:
    with pytest.raises(InvalidInput, match="SQLite has no roles"):
        initialise(sqlite_url, roles=True)


def test_guards_are_found_and_put_back_on_sqlite(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    assert not store.guards().roles
    connection = raw(store)
    for name, text in triggers(tables(None, "")).items():
        other = text.replace("SELECT RAISE", "SELECT 1 OR RAISE").replace("SET size", "SET id")
        other = other.replace("INSERT OR IGNORE", "INSERT OR ROLLBACK")
        for altered in ([], [other.replace("WHEN NEW.customer_name", "WHEN NEW.customer_id")]):
            for statement in [f"DROP TRIGGER {name}", *altered]:
                connection.execute(statement)
            with pytest.raises(GuardsMissing, match=name):
                store.guards()
            initialise(sqlite_url)
            store.guards()
    store.close()


@pytest.mark.parametrize(
    "edit", ["UPDATE sqlite_master SET sql = replace(sql, ' WHEN ', ' WHEN 0 AND ')", "DELETE FROM sqlite_master"]
)
def test_a_guard_edited_in_the_schema_table_is_found(sqlite_url: str, edit: str) -> None:
    store = open_store(sqlite_url)
    placed(store)
    connection = libraries.choose(None).connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute(f"{edit} WHERE name = 'order_notes_before_update'")
    connection.execute("PRAGMA writable_schema = RESET")
    connection.execute("UPDATE order_notes SET channel = 'x'")
    connection.close()
    for look in (store.guards, lambda: open_store(sqlite_url)):
        with pytest.raises(GuardsMissing, match=r"missing or altered: order_notes_before_update;"):
            look()
    store.close()


@pytest.mark.parametrize(
    "damage",
    [
        *(f"DROP TRIGGER {t.name} ON {t.table}" for t in TRIGGERS),
        "ALTER TABLE order_notes DISABLE TRIGGER ordertrail_update",
        "ALTER TABLE order_notes ENABLE TRIGGER ordertrail_update",
        "ALTER TABLE order_notes ENABLE REPLICA TRIGGER ordertrail_update",
        "CREATE OR REPLACE TRIGGER ordertrail_update BEFORE UPDATE OF content ON order_notes FOR EACH ROW"
        " EXECUTE FUNCTION guard_entry_update('entries are append-only')",
        "CREATE OR REPLACE TRIGGER ordertrail_update BEFORE UPDATE ON order_notes FOR EACH ROW WHEN (false)"
        " EXECUTE FUNCTION guard_entry_update('entries are append-only')",
        "CREATE OR REPLACE FUNCTION guard_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        *(f"ALTER FUNCTION {f.name} RESET ALL" for f in FUNCTIONS),
        "ALTER FUNCTION append SECURITY INVOKER",
    ],
)
def test_guards_are_found_and_put_back_on_postgresql(postgres_url: str, damage: str) -> None:
    store = open_store(postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("SET search_path = ordertrail")
        connection.execute(damage)
    with pytest.raises(GuardsMissing, match="missing or altered"):
        store.guards()
    initialise(postgres_url)
    store.guards()
    store.close()


def test_the_defensive_mode_is_reported(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    can = hasattr(raw(store), "setconfig")
    assert ("is in defensive mode" in store.guards().explanation) is can
    store.close()
