"""Which devices are there: a look at sysfs, and a watch that looks again when something changed."""

from drivers.presence.found import Found, named
from drivers.presence.look import look
from drivers.presence.watch import Watch

__all__ = ["Found", "Watch", "look", "named"]
