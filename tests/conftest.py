"""The order of the whole run."""

from __future__ import annotations

import pytest

LONG = ("tests/e2e/", "tests/faults/", "tests/printing/")
"""Files that take long begin first, or one worker would go on alone at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
