"""Archetypes: patterns of journeys, defined in words a manager can read, counted truthfully."""
