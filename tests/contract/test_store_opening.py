"""What is looked at when a database is opened, and what is refused then."""

import pytest

from ordertrail.errors import GuardsMissing
from ordertrail.store import initialise, join_store, open_store
from tests.contract.test_store_guards import Deployment, deployment, raw

__all__ = ["deployment"]


def test_a_record_without_its_guards_is_opened_for_verifying_only(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", "ordertrail"):
        store = open_store(database_url)
    assert caplog.messages == [store.guards().explanation]
    with store.writing() as transaction:
        if store.tables.schema:
            transaction.run("ALTER TABLE ordertrail.order_notes DISABLE TRIGGER ordertrail_update")  # type: ignore[attr-defined]
        else:
            transaction.run("DROP TRIGGER order_notes_before_update")  # type: ignore[attr-defined]
    connection = raw(store)
    with pytest.raises(GuardsMissing, match=r"order_notes.*update"):
        open_store(database_url)
    schema = store.tables.schema or "ordertrail"
    with pytest.raises(GuardsMissing, match=r"order_notes.*update"):
        join_store(connection, schema=schema)
    assert join_store(connection, schema=schema, check_guards=False).trail_id == store.trail_id
    store.close()
    store = open_store(database_url, check_guards=False)
    with pytest.raises(GuardsMissing):
        store.guards()
    store.close()
    initialise(database_url)
    open_store(database_url).close()


def test_with_roles_nothing_is_said(deployment: Deployment, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "ordertrail"):
        open_store(deployment.user("app"), schema=deployment.schema).close()
    assert caplog.messages == []
