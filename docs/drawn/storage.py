"""docs/reference/storage.md: the tables, and what guards them."""

from sqlalchemy import Column, Table
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.dialects.postgresql import dialect as postgresql
from sqlalchemy.dialects.sqlite import dialect as sqlite

from docs.drawn.markdown import bullets, code, heading, joined, page, table
from ordertrail.store import facets, guards_postgresql, guards_sqlite
from ordertrail.store.roles_postgresql import ROLES
from ordertrail.store.schema import SCHEMA_VERSION, tables

INTRO = f"""The same tables on both engines; this is schema {SCHEMA_VERSION}. On PostgreSQL they are in a schema of
their own, `ordertrail`; on SQLite their names may begin with a prefix. Times are integers, microseconds
since 1970 UTC; money is integers, minor units of the currency; digests and salts are bytes; JSON is kept
as the text that was hashed. The exact bytes of an entry and its digest stand in [digests](digests.md)."""

HOLDS = {
    "trail": "One row: what tells this trail from all others.",
    "orders": "One row an order: columns to search by, where its chain stands, and the document.",
    "order_numbers": "Which order has a number. A number is never given to another one.",
    "order_notes": "The entries: Custom notes and activities. Append-only.",
    "erasures": "What may be, and was, erased, and by which entry.",
    "idempotency": "What was done under an idempotency key.",
    "log_entries": "The log of all orders: the leaf of each entry at its position.",
    "log_head": "One row: how many positions the log has.",
    "log_pending": "Entries that wait for their position in the log.",
    "order_counter": "One row: the last number that was drawn for an order.",
    "order_customers": "Which parts of five characters, and fewer at its end, a customer's name and address have. No"
    " part of the record."
    " On SQLite only a number for each order, by which its own index of texts, order_customers_text, knows it.",
    "order_facets": "Which orders have an entry of a type that not most orders have, and who acted on which. No part"
    " of the record.",
    "users": "Who may sign in.",
    "roles": "The roles that a shop has of its own.",
    "sessions": "Who is signed in. A session that has ended is gone.",
    "sign_in_failures": "How often signing in failed of late, for an account or from an address.",
    "service_secrets": "What the service signs with.",
    "service_answers": "What the service made under an idempotency key: kept for thirty days.",
    "webhook_endpoints": "Where webhooks go, what of, and how far each has come.",
    "webhook_pending": "Messages of webhooks that wait: they failed, or came after one of their order that did.",
    "webhook_attempts": "Attempts to deliver a message, of the last thirty days.",
    "api_tokens": "Who may come in over HTTP. No part of the record: `verify` reads nothing of it.",
}

MEANS = {
    "trail_id": "a UUID drawn once; part of every digest",
    "order_id": "the order: a UUID of version 7, or 8 where an idempotency key placed it",
    "number": "the order's number, such as PO100001",
    "status": "its status, out of the document",
    "channel": "where it came in",
    "customer_id": "the customer's pseudonym",
    "customer_name": "out of the document; personal",
    "customer_email": "out of the document; personal",
    "market": "the market", "currency": "ISO 4217",
    "total": "its total", "balance": "what is due; below zero, what is owed back",
    "placed": "when the customer placed it", "held_since": "since when its first hold waits",
    "last_activity": "when its last entry happened", "last_recorded": "when its last entry was recorded",
    "version": "the seq of its last entry", "changed_seq": "the seq of the last entry that changed the document",
    "head": "the digest of its last entry", "document": "the order as canonical JSON, without its defaults",
    "seq": "the entry's place in its order: 1, 2, 3 … without a gap",
    "type": "Custom or System", "event": "the event type; none for a Custom note", "category": "its category",
    "actor_kind": "user, customer, app or system", "actor_id": "who acted; a pseudonym",
    "on_behalf_of": "for whom, if for somebody else", "subject": "what it is about, such as `shipment/1`",
    "visibility": "internal or customer", "created": "when it happened", "recorded": "when it was written down",
    "revises": "the seq of the Custom note that it edits, deletes, pins or unpins",
    "cause": "the id of the request that it came from",
    "content": "operation, title, status from and to, changes, data: canonical JSON that stays for ever",
    "personal": "the personal values that the content refers to, a JSON array; may be erased",
    "personal_salt": "sixteen random bytes; go with `personal`",
    "actor": "label, address and user agent of the actor; may be erased",
    "actor_salt": "sixteen random bytes; go with `actor`",
    "commitments": "the salted digests of the two parts", "digest": "the entry's digest, chained to the one before it",
    "part": "`personal` or `actor`", "erased_by": "the seq of the entry that records the erasure",
    "key": "the key as the caller gave it", "first_seq": "the first entry made", "last_seq": "the last entry made",
    "position": "the entry's place in the log, from 0", "leaf": "its leaf hash (RFC 6962)",
    "token_id": "the token, for people and in the history; a pseudonym", "name": "what it is called",
    "role": "what it may do", "expires": "when it ends by itself", "revoked": "when it was revoked",
    "created_by": "who made it; a pseudonym",
    "user_id": "the user; a pseudonym", "label": "what people call them",
    "password": "of Argon2id, with its salt; none for who signs in elsewhere", "disabled": "since when they may not",
    "name_parts": "those of the name, in small letters; personal",
    "email_parts": "those of the address, in small letters; personal",
    "whom": "whom it is for", "permissions": "a JSON array of them", "ceilings": "of refunds and discounts, as JSON",
    "session_id": "the session", "used": "when it was last used",
    "source": "the account or the address", "failures": "how many", "since": "from when they are counted",
    "secret": "32 random bytes", "answer": "as JSON, without what is shown once; none until it is done",
    "endpoint_id": "the webhook", "url": "where it goes", "description": "what people call it",
    "event_types": "a JSON array of them; none for all", "next_position": "the first position that is not done",
    "due": "when it is tried again, at the earliest", "switched_off": "since when nothing is sent there",
    "switched_off_because": "why, in words", "lease": "the process that works for it",
    "lease_until": "till when it is kept from others", "attempts": "how often it was tried",
    "at": "when", "milliseconds": "how long it took", "error": "why there was no answer",
    "id": "counts up", "size": "the number of positions", "last": "the last number drawn",
}  # fmt: skip

OTHER = {
    ("trail", "created"): "when the trail was made",
    ("idempotency", "digest"): "of operation and arguments; forgotten when personal data of the order is erased",
    ("api_tokens", "digest"): "of its secret (SHA-256), which is kept nowhere",
    ("api_tokens", "created"): "when it was made",
    ("sessions", "digest"): "of its secret (SHA-256), which is kept nowhere",
    ("sessions", "created"): "when they signed in",
    ("service_answers", "digest"): "of the request, with a secret (HMAC with SHA-256)",
    ("service_answers", "created"): "when it was asked for",
    ("users", "created"): "when they were added",
    ("users", "created_by"): "who added them; a pseudonym",
    ("users", "role"): "what they may do",
    ("webhook_endpoints", "personal"): "1 if what is personal is sent too",
    ("webhook_endpoints", "secret"): "what its messages are signed with",
    ("webhook_endpoints", "created"): "when it was added",
    ("webhook_endpoints", "failures"): "how many in a row",
    ("webhook_pending", "since"): "when it failed first, or came to wait",
    ("webhook_attempts", "status"): "what the receiver answered",
    ("order_facets", "facet"): "event, or person",
    ("order_facets", "value"): "the event type, or the person's id",
    ("log_head", "id"): "always 1",
    ("order_counter", "id"): "always 1",
}
"""Where a column means something else than its name does in other tables."""


def render() -> str:
    """The page."""
    shown = tables("ordertrail").metadata.sorted_tables
    order = list(HOLDS)
    parts = [_table(each) for each in sorted(shown, key=lambda each: order.index(each.name))]
    return page("Storage", INTRO, heading(2, "Tables"), *parts, heading(2, "Guards"), *_sqlite(), *_postgresql())


def _table(each: Table) -> str:
    only = {"postgresql": " On PostgreSQL only.", "sqlite": " On SQLite only."}.get(each.info.get("only", ""), "")
    rows = [(code(column.name), _type(column), _means(each, column)) for column in each.columns]
    key = ", ".join(code(column.name) for column in each.primary_key)
    indexes = [", ".join(code(column.name) for column in index.columns) for index in each.indexes]
    found = f" Indexes: {'; '.join(sorted(indexes))}." if indexes else ""
    return "\n\n".join(
        [
            heading(3, each.name),
            HOLDS[each.name] + only,
            table(("column", "type", "what"), rows),
            f"Key: {key}.{found}",
        ]
    )


def _type(column: "Column[object]") -> str:
    engines = (sqlite, postgresql) if not isinstance(column.type, TSVECTOR) else (postgresql,)
    kinds = [column.type.compile(dialect=dialect()) for dialect in engines]
    named = [kind.partition(" ")[0].lower() for kind in kinds]
    return "/".join(dict.fromkeys(named)) + (", or null" if column.nullable else "")


def _means(each: Table, column: "Column[object]") -> str:
    return OTHER.get((each.name, column.name)) or MEANS[column.name]


CUSTOMERS = "the index of customers follows their orders"
FACETS = "the index of what happened, and of who acted, follows the entries"

_KEEPS = {
    "log_entries_after_insert": "the size of the log follows its entries",
    "orders_customer_insert": CUSTOMERS,
    "orders_customer_update": CUSTOMERS,
    **{f"{table}_{facet.column}_insert": FACETS for table in ("order_notes", "orders") for facet in facets.FACETS},
    "index_customer": CUSTOMERS,
    "index_facets": FACETS,
}
"""What triggers do that refuse nothing, by their names or on PostgreSQL by their functions'."""


def _sqlite() -> list[str]:
    rules = [
        (code(name), text.partition("'ordertrail: ")[2].partition("'")[0] or _KEEPS[name])
        for name, text in guards_sqlite.triggers(tables()).items()
    ]
    return [heading(3, "On SQLite"), joined(guards_sqlite.__doc__), table(("trigger", "rule"), rules)]


def _postgresql() -> list[str]:
    rules = [
        (code(each.table), f"{each.time} {each.event}".lower(), each.rule or _KEEPS[each.function])
        for each in guards_postgresql.TRIGGERS
    ]
    functions = [
        f"{code(f'{each.name}({each.arguments})')}: may be executed by `ordertrail_{each.right}`"
        for each in guards_postgresql.FUNCTIONS
        if each.right
    ]
    roles = [
        f"`ordertrail_{role.name}`" + (f", has the rights of `ordertrail_{role.of}` too" if role.of else "")
        for role in ROLES
    ]
    return [
        heading(3, "On PostgreSQL"),
        joined(guards_postgresql.__doc__),
        table(("table", "when", "rule"), rules),
        "Functions:",
        bullets(functions),
        "Roles, where they are wanted ([how](../how-to/postgresql-with-roles.md)):",
        bullets(roles),
    ]
