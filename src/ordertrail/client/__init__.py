"""A client of the HTTP API, with the types and the errors of the library. It needs the extra `client`."""

from ordertrail.answers import Feed, Listed, NotePage, OrderPage, Recorded
from ordertrail.client.client import Client
from ordertrail.client.problems import Problem
from ordertrail.reading import PlacedNote

__all__ = ["Client", "Feed", "Listed", "NotePage", "OrderPage", "PlacedNote", "Problem", "Recorded"]
