"""Who may use the devices: groups and udev rules, and the one command that sets them up."""

from drivers.rights.setup import cure, install, missing_rights

__all__ = ["cure", "install", "missing_rights"]
