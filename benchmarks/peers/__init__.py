"""The same work done with other libraries, each run from an environment of its own (requirements.lock)."""
