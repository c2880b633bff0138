"""Authorities and teams side by side: funnels, packs of aggregates, and which of them are alike."""
