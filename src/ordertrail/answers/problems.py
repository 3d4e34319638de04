"""How a problem is told: by its type, which is the name of the class of an error."""

import re

PREFIX = "urn:ordertrail:problem:"
"""How the types of problems begin."""


def name_of(error: type[Exception]) -> str:
    """The name of an error's class in kebab case: `operation-not-allowed`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", error.__name__).lower()
