"""Scenarios worked out: which stays are concerned, what these cost before and after, to the penny."""
