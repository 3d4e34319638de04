"""The command line, `ordertrail`: thin commands over a trail, and the pages that they print."""

from ordertrail.cli.app import app, main

__all__ = ["app", "main"]
