"""The whole desk of one kiosk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from config.procedures import Procedure
from kiosk.clock import Clock
from kiosk.desk.attachments import Attachments
from kiosk.desk.batches import Batches
from kiosk.desk.cards import Cards
from kiosk.desk.core import Core
from kiosk.desk.devices import DeviceSettings
from kiosk.desk.files import Files
from kiosk.desk.front import FrontDoor
from kiosk.desk.intake import Intake
from kiosk.desk.lineage import Lineage
from kiosk.desk.link import Link
from kiosk.desk.printing import Printing
from kiosk.desk.session import Session
from kiosk.desk.worklist import Worklist


class Desk:
    """One method for each act, in the part it belongs to. Used by one thread."""

    def __init__(self, front: FrontDoor, procedures: Mapping[str, Procedure] | None = None):
        self.front = front
        self.settings = front.settings
        self.core = Core(front, procedures)
        self.session = Session(self.core)
        self.devices = DeviceSettings(self.core)
        self.printing = Printing(self.core, self.devices)
        self.intake = Intake(self.core, self.printing)
        self.files = Files(self.core)
        self.batches = Batches(self.core, self.files, self.printing)
        self.cards = Cards(self.core, self.files)
        self.attachments = Attachments(self.core, self.files)
        self.work = Worklist(self.core, self.files)
        self.link = Link(self.core)
        self.lineage = Lineage(self.core)

    @classmethod
    def open(cls, folder: Path, clock: Clock | None = None) -> Desk:
        """Open the desk of a data folder. Raises DeskRefused."""
        return cls(FrontDoor.open(folder, clock))

    def close(self) -> None:
        """Close the desk; what was confirmed is on disk already."""
        self.session.logout()
        self.front.close()
