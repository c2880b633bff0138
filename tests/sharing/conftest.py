from __future__ import annotations

from pathlib import Path

import pytest
from shared_example import Example, make_example


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="session")
def example(shared_folder: Path) -> Example:
    return make_example(shared_folder)
