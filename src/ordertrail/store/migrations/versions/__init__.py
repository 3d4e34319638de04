"""The steps. A released step never changes: it names what it makes itself, and looks up nothing of today's code."""
