"""The database: one trail on SQLite or PostgreSQL. See `base` for what it does."""

from ordertrail.store.opening import open_store

__all__ = ["open_store"]
