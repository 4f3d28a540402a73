"""The whole desk of one kiosk."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from config.procedures import Outcome, Procedure, Step
from kiosk.cases.roster_result import EVENT, NAME
from kiosk.clock import Clock
from kiosk.desk.core import Core
from kiosk.desk.devices import DeviceSettings
from kiosk.desk.files import Files
from kiosk.desk.front import FrontDoor
from kiosk.desk.lineage import Lineage
from kiosk.desk.link import Link
from kiosk.desk.printing import Printing
from kiosk.desk.session import Session
from kiosk.desk.worklist import Worklist

if TYPE_CHECKING:
    from kiosk.desk.attachments import Attachments
    from kiosk.desk.batches import Batches
    from kiosk.desk.blanko import Blanko
    from kiosk.desk.calls import Calls
    from kiosk.desk.cards import Cards
    from kiosk.desk.corrections import Corrections
    from kiosk.desk.intake import Intake
    from kiosk.desk.reports import Reports
    from kiosk.desk.roster import Roster
    from kiosk.desk.sending_resi import SendingResi


class Desk:
    """One method for each act, in the part it belongs to. Used by one thread.

    The parts below the constructor are loaded when first wanted: few kiosks do all of it, and
    every module weighs on a machine of 2 GB.
    """

    def __init__(self, front: FrontDoor, procedures: Mapping[str, Procedure] | None = None):
        self.front = front
        self.settings = front.settings
        self.core = Core(front, procedures)
        self.session = Session(self.core)
        self.devices = DeviceSettings(self.core)
        self.printing = Printing(self.core, self.devices)
        self.files = Files(self.core)
        self.work = Worklist(self.core, self.files)
        self.link = Link(self.core)
        self.lineage = Lineage(self.core)
        self.files.on_recorded.append(self._follow)

    def _follow(self, number: str, step: Step, outcome: Outcome, filled: Mapping[str, str]) -> None:
        """What an outcome of a kegiatan means for its names."""
        if self.core.known(number).procedure in (EVENT, NAME):
            self.roster.follow(number, step, outcome, filled)

    @cached_property
    def intake(self) -> Intake:
        """F2: cases taken in."""
        from kiosk.desk.intake import Intake

        return Intake(self.core, self.printing)

    @cached_property
    def batches(self) -> Batches:
        """F4: many files at once."""
        from kiosk.desk.batches import Batches

        return Batches(self.core, self.files, self.printing)

    @cached_property
    def cards(self) -> Cards:
        """Cards handed over, and exceptions."""
        from kiosk.desk.cards import Cards

        return Cards(self.core, self.files)

    @cached_property
    def attachments(self) -> Attachments:
        """Scanned papers."""
        from kiosk.desk.attachments import Attachments

        return Attachments(self.core, self.files)

    @cached_property
    def sending_resi(self) -> SendingResi:
        """A resi as a file to send."""
        from kiosk.desk.sending_resi import SendingResi

        return SendingResi(self.core)

    @cached_property
    def calls(self) -> Calls:
        """AKAPELA: calls and calling back."""
        from kiosk.desk.calls import Calls

        return Calls(self.core, self.intake, self.files, self.cards)

    @cached_property
    def corrections(self) -> Corrections:
        """Answers corrected, cases tied together."""
        from kiosk.desk.corrections import Corrections

        return Corrections(self.core, self.files)

    @cached_property
    def reports(self) -> Reports:
        """F8: registers and reports."""
        from kiosk.desk.reports import Reports

        return Reports(self.core, self.printing)

    @cached_property
    def roster(self) -> Roster:
        """MAS RAPID: the names of a kegiatan."""
        from kiosk.desk.roster import Roster

        return Roster(self.core, self.files, self.intake, self.printing)

    @cached_property
    def blanko(self) -> Blanko:
        """F9, Blanko: unprinted cards."""
        from kiosk.desk.blanko import Blanko

        return Blanko(self.core, self.printing)

    @classmethod
    def open(cls, folder: Path, clock: Clock | None = None) -> Desk:
        """Open the desk of a data folder. Raises DeskRefused."""
        return cls(FrontDoor.open(folder, clock))

    def close(self) -> None:
        """Close the desk; what was confirmed is on disk already."""
        self.session.logout()
        self.front.close()
