"""The children in need census, an XML file for each authority and year."""

from childjourneys.sources.cin_census.reader import open_cin

__all__ = ["open_cin"]
