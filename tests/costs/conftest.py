"""Costs are told twice, by the kernel and by the plain reading under tests/reference."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "reference"))
