"""Imports the Brazilian E-Commerce Public Dataset by Olist: real orders, with the history that their data implies."""

from ordertrail.importers.olist.importing import ImportSummary, add, run
from ordertrail.importers.olist.source import read

__all__ = ["ImportSummary", "add", "read", "run"]
