from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents.sane_world import Sane, demand


@pytest.fixture
def sane(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sane:
    """SANE with a configuration of its own; only what the test writes into it is found."""
    demand("scanimage")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(tmp_path / "sane"))
    return Sane(tmp_path / "sane")
