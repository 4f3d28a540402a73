"""Which devices this kiosk uses, as the desk sees it: F9 and the press ask here."""

from __future__ import annotations

from config.devices import DEVICES_FILE, PAPERS, Device, Devices, load_devices, save_devices
from config.errors import ConfigError
from kiosk.desk.core import Core
from kiosk.desk.views import Refusal


class DeviceSettings:
    """The devices of ``perangkat.toml``; read anew when the file changed (kiosk doctor writes it,
    too)."""

    def __init__(self, core: Core):
        self._core = core
        self._devices = Devices()
        self._seen: object = None
        self.trouble = ""
        """What is wrong with the file, empty when nothing is; the last good one stays in use."""

    def now(self) -> Devices:
        """The devices as they are set up now."""
        path = self._core.front.folder / DEVICES_FILE
        try:
            facts = path.stat()
            seen = (facts.st_mtime_ns, facts.st_size, facts.st_ino)
        except OSError:
            seen = (0, 0, 0)
        if seen != self._seen:
            try:
                folder, training = self._core.front.folder, self._core.settings.training
                self._devices = load_devices(folder, training=training)
                self.trouble = ""
            except ConfigError as error:
                self.trouble = str(error)
            self._seen = seen
        return self._devices

    def keep(self, device: Device) -> None:
        """Add a device, or change the one at its address. Raises Refusal."""
        self._save(self._good().having(device))

    def forget(self, address: str) -> None:
        """Take a device off the list. Raises Refusal."""
        self._save(self._good().without(address))

    def send(self, paper: str, address: str) -> None:
        """From now on this kind of paper goes to that printer. Raises Refusal."""
        self._save(self._good().sending(paper, address))

    def unprinted(self) -> list[str]:
        """Kinds of paper that go to no printer."""
        return [paper for paper in PAPERS if self.now().printer_of(paper) is None]

    def _good(self) -> Devices:
        """Raises Refusal: a file that cannot be read is never written over."""
        devices = self.now()
        if self.trouble:
            raise Refusal(self.trouble)
        return devices

    def _save(self, devices: Devices) -> None:
        try:
            save_devices(self._core.front.folder, devices)
        except (ConfigError, OSError) as error:
            raise Refusal(str(error)) from error
        self._seen = None
