"""Imports the Brazilian E-Commerce Public Dataset by Olist: real orders, with the history that their data implies."""

from ordertrail.importers.olist.importing import ImportSummary, run

__all__ = ["ImportSummary", "run"]
