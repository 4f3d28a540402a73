"""What can be wrong with a device, each said in words that tell the officer what to do next."""

from __future__ import annotations

from drivers.words import Words


class DeviceTrouble(Exception):
    """A device does not do what was asked. ``says`` is for the officer."""

    def __init__(self, says: Words) -> None:
        super().__init__(str(says))
        self.says = says


class DeviceGone(DeviceTrouble):
    """It is not there, or it was unplugged, or its power is off.

    ``maybe_taken`` is True when bytes of the call that failed may have reached it all the same.
    """

    def __init__(self, says: Words, *, maybe_taken: bool = False) -> None:
        super().__init__(says)
        self.maybe_taken = maybe_taken


class DeviceBusy(DeviceTrouble):
    """Another program has it."""


class DeviceRefused(DeviceTrouble):
    """This user may not use it; ``says`` holds the command that cures it."""


class PrinterTrouble(DeviceTrouble):
    """The paper did not come out as a whole.

    ``started`` is False only when the printer took nothing at all.
    """

    def __init__(self, says: Words, *, started: bool) -> None:
        super().__init__(says)
        self.started = started
