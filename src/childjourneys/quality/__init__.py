"""Checks over what was read. One file per family; each finding becomes an issue with a place."""
