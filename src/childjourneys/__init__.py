"""childjourneys: the returns of children's social care, turned into child journeys."""

__version__ = "0.1.0"
