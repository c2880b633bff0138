"""Tests of what the whole finds of a truth that is known."""

from __future__ import annotations

import sys
from pathlib import Path

# Worlds rewritten, and the plain evaluation.
for folder in ("properties", "reference"):
    sys.path.insert(0, str(Path(__file__).parents[1] / folder))
