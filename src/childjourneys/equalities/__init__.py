"""Rates of groups, how they differ, and how sure that is."""
