"""What the field talks about: events, spells, code sets, dates. Plain Python, no input or output."""
