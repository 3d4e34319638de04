"""What Alembic runs: the migrations, on the connection and in the transaction that `migrating` gives."""

from alembic import context

attributes = context.config.attributes
tables = attributes["tables"]

context.configure(
    connection=attributes["connection"],
    version_table=tables.version_table,
    version_table_schema=tables.schema,
)
context.run_migrations()
