"""What Alembic runs for each step: on the connection, and in the transaction, that `store.schema` hands over."""

from alembic import context

from store.schema import TABLE

context.configure(connection=context.config.attributes["connection"], version_table=TABLE)
context.run_migrations()
