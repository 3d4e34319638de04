"""What keeps the record append-only on PostgreSQL: triggers that no setting of a session turns off, and privileges.

Whoever may only execute the functions has no other way to write. The functions run as their owner, with a search path
that nobody else can put anything on.
"""

from typing import Any, NamedTuple, Protocol

from ordertrail.errors import GuardsMissing
from ordertrail.store import customers, facets
from ordertrail.store.base import Erasure, GuardReport, OrderRow, Remembered, TokenRow
from ordertrail.store.schema import Tables


class Runs(Protocol):
    """What runs a statement of SQL."""

    def run(self, statement: str, values: "tuple[Any, ...] | None" = None) -> list[tuple[Any, ...]]:
        """All its rows."""


class Function(NamedTuple):
    """A function of the schema; `right` names the role that may execute it, none for a trigger's."""

    name: str
    arguments: str
    returns: str
    body: str
    right: str | None = None


class Trigger(NamedTuple):
    """A trigger BEFORE or AFTER an event, for each row or, on TRUNCATE, for the statement."""

    table: str
    time: str
    event: str
    function: str
    rule: str
    purpose: str = "ordertrail"

    @property
    def name(self) -> str:
        """Its name: for each purpose each table has at most one for each event."""
        return f"{self.purpose}_{self.event.lower()}"

    @property
    def level(self) -> str:
        """What it is run for each of."""
        return "STATEMENT" if self.event == "TRUNCATE" else "ROW"


_changed = [name for name in OrderRow._fields if name not in ("order_id", "number")]

_ITS_ENTRIES = """INSERT INTO order_notes
        SELECT entry.* FROM written, jsonb_populate_recordset(NULL::order_notes, change->'entries') entry;"""

# The order and its entries in one statement: the guard of orders looks at its end, when all of them are there. Such a
# statement locks its tables in an order of its own. So orders is locked before, as `install` locks it before the rest:
# else each could wait for the other.
APPEND = f"""
DECLARE
  expected bigint := (change->>'expected')::bigint;
  new_order orders := jsonb_populate_record(NULL::orders, change->'order');
BEGIN
  LOCK TABLE orders IN ROW EXCLUSIVE MODE;
  IF expected = 0 THEN
    BEGIN
      INSERT INTO order_numbers (number, order_id) VALUES (new_order.number, new_order.order_id);
      WITH written AS (INSERT INTO orders SELECT new_order.* RETURNING order_id) {_ITS_ENTRIES}
    EXCEPTION WHEN unique_violation THEN
      RETURN false;
    END;
  ELSE
    WITH written AS (
      UPDATE orders SET {", ".join(f"{name} = new_order.{name}" for name in _changed)}
        WHERE order_id = new_order.order_id AND version = expected RETURNING order_id
    ) {_ITS_ENTRIES}
    IF NOT FOUND THEN
      RETURN false;
    END IF;
  END IF;
  IF jsonb_array_length(change->'entries') <> new_order.version - expected THEN
    RAISE EXCEPTION 'ordertrail: an order changes only with its next entry, and stays';
  END IF;
  INSERT INTO log_pending (order_id, seq, leaf)
    SELECT order_id, seq, leaf FROM jsonb_to_recordset(change->'entries') AS (order_id text, seq bigint, leaf bytea);
  RETURN true;
END"""

# A stream has no order, so what would be its row's lock is taken by its id. Nothing else comes in this way: no entry of
# an order, and none that says it changed a document. The tables are locked in the order in which `append` locks them.
APPEND_STREAM = """
BEGIN
  LOCK TABLE orders IN ROW EXCLUSIVE MODE;
  PERFORM pg_advisory_xact_lock(hashtextextended('ordertrail stream ' || stream, 0));
  IF EXISTS (SELECT 1 FROM orders WHERE order_id = stream) OR EXISTS (
    SELECT 1 FROM jsonb_populate_recordset(NULL::order_notes, entries)
      WHERE order_id <> stream OR category <> 'access' OR type <> 'System' OR revises IS NOT NULL
        OR content::jsonb ? 'changes'
  ) THEN
    RAISE EXCEPTION 'ordertrail: a system stream has entries of its own, and no order';
  END IF;
  IF (entries->0->>'seq')::bigint <> 1 + (
    SELECT coalesce(max(seq), 0) FROM order_notes WHERE order_id = stream
  ) THEN
    RETURN false;
  END IF;
  INSERT INTO order_notes SELECT entry.* FROM jsonb_populate_recordset(NULL::order_notes, entries) entry;
  INSERT INTO log_pending (order_id, seq, leaf)
    SELECT order_id, seq, leaf FROM jsonb_to_recordset(entries) AS (order_id text, seq bigint, leaf bytea);
  RETURN true;
END"""

ERASE = f"""
BEGIN
  INSERT INTO erasures SELECT {", ".join(Erasure._fields)} FROM jsonb_populate_recordset(NULL::erasures, parts);
  UPDATE order_notes n SET personal = NULL, personal_salt = NULL
    FROM jsonb_populate_recordset(NULL::erasures, parts) e
    WHERE n.order_id = e.order_id AND n.seq = e.seq AND e.part = 'personal';
  UPDATE order_notes n SET actor = NULL, actor_salt = NULL
    FROM jsonb_populate_recordset(NULL::erasures, parts) e
    WHERE n.order_id = e.order_id AND n.seq = e.seq AND e.part = 'actor';
  UPDATE idempotency SET digest = NULL
    WHERE order_id IN (SELECT order_id FROM jsonb_populate_recordset(NULL::erasures, parts));
END"""

FORGET_KEYS = """
DECLARE
  forgotten bigint;
BEGIN
  DELETE FROM idempotency WHERE ctid IN (
    SELECT ctid FROM idempotency WHERE recorded < before AND first_seq > 1 ORDER BY recorded LIMIT most
  );
  GET DIAGNOSTICS forgotten = ROW_COUNT;
  RETURN forgotten;
END"""

# The lock of log_head makes all who sequence take turns; who finds it taken has nothing to do. Positions follow the
# ids, which are drawn under the lock of the order's row: so an order's entries keep their order.
SEQUENCE = """
DECLARE
  old_size bigint;
  placed bigint;
BEGIN
  SELECT h.size INTO old_size FROM log_head h WHERE h.id = 1 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  WITH claimed AS (
    DELETE FROM log_pending WHERE id IN (SELECT p.id FROM log_pending p ORDER BY p.id LIMIT most) RETURNING *
  ), written AS (
    INSERT INTO log_entries (position, order_id, seq, leaf)
      SELECT old_size - 1 + row_number() OVER (ORDER BY c.id), c.order_id, c.seq, c.leaf
        FROM claimed c ORDER BY c.id
      RETURNING 1
  )
  SELECT count(*) INTO placed FROM written;
  IF placed > 0 THEN
    UPDATE log_head SET size = old_size + placed;
  END IF;
  RETURN placed;
END"""

_RAISE = "RAISE EXCEPTION 'ordertrail: %', TG_ARGV[0];"

FUNCTIONS = (
    Function("append", "change jsonb", "boolean", APPEND, "app"),
    Function("append_stream", "stream text, entries jsonb", "boolean", APPEND_STREAM, "app"),
    Function("draw_number", "", "bigint", "\nBEGIN\n  RETURN nextval('order_number');\nEND", "app"),
    Function(
        "remember", "remembered jsonb", "void",
        f"\nBEGIN\n  INSERT INTO idempotency SELECT {', '.join(Remembered._fields)}"
        " FROM jsonb_populate_record(NULL::idempotency, remembered);\nEND",
        "app",
    ),
    Function("forget_keys", "before bigint, most bigint", "bigint", FORGET_KEYS, "app"),
    Function("erase", "parts jsonb", "void", ERASE, "eraser"),
    Function("place_pending", "most bigint", "bigint", SEQUENCE, "sequencer"),
    Function(
        "add_token", "token jsonb", "void",
        f"\nBEGIN\n  INSERT INTO api_tokens SELECT {', '.join(TokenRow._fields)}"
        " FROM jsonb_populate_record(NULL::api_tokens, token);\nEND",
        "app",
    ),
    Function(
        "revoke_token", "token text, moment bigint", "void",
        "\nBEGIN\n  UPDATE api_tokens SET revoked = moment WHERE token_id = token AND revoked IS NULL;\nEND",
        "app",
    ),
    Function("index_customer", "", "trigger", customers.INDEX_CUSTOMER),
    Function("index_facets", "", "trigger", facets.INDEX_FACETS),
    Function("guard_refuse", "", "trigger", f"\nBEGIN\n  {_RAISE}\nEND"),
    Function("guard_one_trail", "", "trigger", f"""
BEGIN
  IF EXISTS (SELECT 1 FROM trail) THEN
    {_RAISE}
  END IF;
  RETURN NEW;
END"""),
    # OLD is null when an order is inserted.
    Function("guard_order", "", "trigger", f"""
BEGIN
  IF NEW.order_id <> OLD.order_id OR NEW.number <> OLD.number OR NEW.version <= OLD.version OR (
    (NEW.version, NEW.head) = (SELECT seq, digest FROM order_notes
      WHERE order_id = NEW.order_id ORDER BY seq DESC LIMIT 1)
  ) IS NOT TRUE THEN
    {_RAISE}
  END IF;
  RETURN NULL;
END"""),
    Function("guard_next_entry", "", "trigger", f"""
BEGIN
  IF NEW.seq <> 1 + (SELECT coalesce(max(seq), 0) FROM order_notes WHERE order_id = NEW.order_id) THEN
    {_RAISE}
  END IF;
  RETURN NEW;
END"""),
    Function("guard_entry_update", "", "trigger", f"""
DECLARE
  listed text[] := ARRAY(SELECT part FROM erasures WHERE order_id = OLD.order_id AND seq = OLD.seq);
BEGIN
  IF 'personal' = ANY (listed) AND NEW.personal IS NULL AND NEW.personal_salt IS NULL THEN
    OLD.personal := NULL;
    OLD.personal_salt := NULL;
  END IF;
  IF 'actor' = ANY (listed) AND NEW.actor IS NULL AND NEW.actor_salt IS NULL THEN
    OLD.actor := NULL;
    OLD.actor_salt := NULL;
  END IF;
  IF listed = '{{}}' OR NOT NEW *= OLD THEN
    {_RAISE}
  END IF;
  RETURN NEW;
END"""),
    Function("guard_erasure", "", "trigger", f"""
BEGIN
  IF NEW.seq >= NEW.erased_by OR NOT EXISTS (
    SELECT 1 FROM order_notes
      WHERE order_id = NEW.order_id AND seq = NEW.erased_by AND event = 'PersonalDataErased'
  ) OR EXISTS (SELECT 1 FROM order_notes WHERE order_id = NEW.order_id AND seq > NEW.erased_by) THEN
    {_RAISE}
  END IF;
  RETURN NEW;
END"""),
    Function("guard_token", "", "trigger", f"""
DECLARE
  was_revoked boolean := OLD.revoked IS NOT NULL;
BEGIN
  OLD.revoked := NEW.revoked;
  IF was_revoked OR NEW.revoked IS NULL OR NOT NEW *= OLD THEN
    {_RAISE}
  END IF;
  RETURN NEW;
END"""),
    Function("guard_next_position", "", "trigger", f"""
BEGIN
  IF NEW.position <> (SELECT coalesce(max(position) + 1, 0) FROM log_entries) THEN
    {_RAISE}
  END IF;
  RETURN NEW;
END"""),
    Function("guard_log_size", "", "trigger", f"""
BEGIN
  IF NEW.id <> 1 OR NEW.size <> (SELECT coalesce(max(position) + 1, 0) FROM log_entries) THEN
    {_RAISE}
  END IF;
  RETURN NEW;
END"""),
)  # fmt: skip


def _rules(table: str, rule: str, time: str = "BEFORE", **functions: str) -> list[Trigger]:
    """What a table refuses; `functions` names what decides, instead and at which time, about INSERT or UPDATE."""
    decided = [Trigger(table, time, event.upper(), f"guard_{function}", rule) for event, function in functions.items()]
    refused = [event for event in ("UPDATE", "DELETE", "TRUNCATE") if event.lower() not in functions]
    return decided + [Trigger(table, "BEFORE", event, "guard_refuse", rule) for event in refused]


TRIGGERS = (
    *_rules("trail", "a database holds one trail", insert="one_trail"),
    *_rules("orders", "an order changes only with its next entry, and stays", "AFTER", insert="order", update="order"),
    *_rules("order_numbers", "order numbers are never reassigned"),
    *_rules("order_notes", "entries are append-only", insert="next_entry", update="entry_update"),
    *_rules("erasures", "an erasure is listed once, after the entry that records it", insert="erasure"),
    *_rules("log_entries", "the log is append-only", insert="next_position"),
    *_rules("log_head", "the size of the log is the number of its entries", insert="log_size", update="log_size"),
    *_rules("api_tokens", "a token stays, and is only revoked, once", update="token"),
    *(Trigger("orders", "AFTER", event, "index_customer", "", "ordertrail_customer") for event in ("INSERT", "UPDATE")),
    Trigger("order_notes", "AFTER", "INSERT", "index_facets", "", "ordertrail_facets"),
)


def install(database: Runs, tables: Tables) -> None:
    """Put all functions and triggers in place, whatever was there under their names."""
    for function in FUNCTIONS:
        name = f"{tables.named(function.name)}({function.arguments})"
        database.run(
            f"CREATE OR REPLACE FUNCTION {name} RETURNS {function.returns} LANGUAGE plpgsql"
            f" SECURITY {'DEFINER' if function.right else 'INVOKER'}"
            f' SET search_path = "{tables.schema}", pg_temp AS $ordertrail${function.body}$ordertrail$'
        )
        database.run(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
    for trigger in TRIGGERS:
        table, rule = tables.named(trigger.table), trigger.rule.replace("'", "''")
        database.run(
            f"CREATE OR REPLACE TRIGGER {trigger.name} {trigger.time} {trigger.event} ON {table}"
            f" FOR EACH {trigger.level} EXECUTE FUNCTION {tables.named(trigger.function)}('{rule}')"
        )
        database.run(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger.name}")


_TRIGGERS = "triggers alone guard the record: its owner, who could drop them, is connected"
_BESIDE_ROLES = (
    "the roles are made, and keep the record from whoever connects with one of them; this connection is its owner's,"
    " who could drop the triggers"
)


def check(database: Runs, tables: Tables) -> GuardReport:
    """That every function and trigger is there as it should be, and who may write. Raises GuardsMissing."""
    missing = [*_wrong_functions(database, tables), *_wrong_triggers(database, tables)]
    if missing:
        raise GuardsMissing(f"missing or altered: {', '.join(missing)}; `ordertrail init` puts them back")
    owns, writes, roles = database.run(
        _PRIVILEGES, (f"{tables.schema}_owner", tables.schema, [table.name for table in tables.of_service])
    )[0]
    if owns:
        return GuardReport(roles=False, explanation=_BESIDE_ROLES if roles else _TRIGGERS)
    if writes:
        raise GuardsMissing("the database user may write the record's tables past the functions: take those privileges")
    return GuardReport(roles=True, explanation="the database user may write through the functions of the schema only")


def _wrong_functions(database: Runs, tables: Tables) -> list[str]:
    path = f"search_path={tables.schema}, pg_temp"
    expected = {(f.name, f.body, f.right is not None, path) for f in FUNCTIONS}
    found = database.run(
        "SELECT proname, prosrc, prosecdef, replace(array_to_string(proconfig, ';'), '\"', '')"
        " FROM pg_proc WHERE pronamespace = to_regnamespace(quote_ident(%s))", (tables.schema,)
    )  # fmt: skip
    return sorted(name for name, *_ in expected - set(found))


_BITS = {"ROW": 1, "STATEMENT": 0, "BEFORE": 2, "AFTER": 0, "INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}
"""What pg_trigger.tgtype is the sum of."""


def _type(trigger: Trigger) -> int:
    return sum(_BITS[word] for word in (trigger.time, trigger.event, trigger.level))


def _wrong_triggers(database: Runs, tables: Tables) -> list[str]:
    expected = {(t.table, t.name, t.function, f"{t.rule}\0".encode(), _type(t), "A", True) for t in TRIGGERS}
    found = database.run(
        "SELECT relname, tgname, proname, tgargs, tgtype, tgenabled::text,"
        " tgqual IS NULL AND tgattr = '' AND pronamespace = relnamespace"
        " FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid JOIN pg_proc p ON p.oid = tgfoid"
        " WHERE relnamespace = to_regnamespace(quote_ident(%s))", (tables.schema,)
    )  # fmt: skip
    return sorted(f"{table}.{name}" for table, name, *_ in expected - set(found))


_PRIVILEGES = """
SELECT bool_or(r.rolsuper OR r.oid = c.relowner OR r.oid = n.nspowner),
  bool_or(has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
    OR has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE') OR has_schema_privilege(r.oid, n.oid, 'CREATE')),
  bool_or(pg_get_userbyid(n.nspowner) = %s)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = %s AND c.relkind IN ('r', 'p')
  AND c.relname <> ALL (%s), pg_roles r
WHERE pg_has_role(session_user, r.oid, 'MEMBER')"""
"""Whether the user who is connected owns the tables, or may write them: also as any role that they may become.

And whether the schema belongs to a role of this name.
"""
