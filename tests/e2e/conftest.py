"""The ``terminals`` fixture for the tests of this folder."""

from tests.terminal.desk_terminal import terminals

__all__ = ["terminals"]
