"""The steps. A released step never changes: it names what it makes itself, and looks nothing up in the code of today."""
