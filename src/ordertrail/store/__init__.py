"""The database: one trail on SQLite or PostgreSQL. See `base` for what it does."""

from ordertrail.store.opening import initialise, join_store, open_store

__all__ = ["initialise", "join_store", "open_store"]
