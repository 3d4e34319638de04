"""A client of the HTTP API, with the types and the errors of the library. It needs the extra `client`."""

from ordertrail.client.answers import Feed, Listed, NotePage, OrderPage, PlacedNote, Recorded
from ordertrail.client.client import Client
from ordertrail.client.problems import Problem

__all__ = ["Client", "Feed", "Listed", "NotePage", "OrderPage", "PlacedNote", "Problem", "Recorded"]
