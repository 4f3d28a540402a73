"""Real programs to print to: the IPP printer of Debian, and a CUPS of its own.

Both need no rights, no network but loopback, and touch nothing of the system: ippeveprinter wants
a D-Bus to announce itself on, so it gets a private one where nobody listens (`-r off`); cupsd gets
a folder of its own for everything, and backends that are shell scripts.
"""

from __future__ import annotations

import getpass
import grp
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

_SECONDS = 15.0

_BUS = """<busconfig><type>system</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow own="*"/>
<allow receive_sender="*" eavesdrop="true"/></policy></busconfig>"""

_CUPSD = """Listen 127.0.0.1:{port}
Listen {folder}/cups.sock
LogLevel warn
Browsing Off
WebInterface No
MaxJobTime 0
DefaultAuthType Basic
JobRetryInterval 1
<Location />
Order allow,deny
Allow localhost
</Location>
<Policy default>
JobPrivateAccess default
JobPrivateValues default
SubscriptionPrivateAccess default
SubscriptionPrivateValues default
<Limit Create-Job Print-Job Print-URI Validate-Job>
Order deny,allow
</Limit>
<Limit Cancel-Job CUPS-Authenticate-Job>
Require user @OWNER @SYSTEM
Order deny,allow
</Limit>
<Limit All>
Order deny,allow
</Limit>
</Policy>
"""
"""With the policy that Debian's CUPS comes with."""

_FILES = """ServerRoot {folder}/root
ServerBin {folder}/bin
RequestRoot {folder}/spool
CacheDir {folder}/cache
StateDir {folder}/run
TempDir {folder}/spool/tmp
AccessLog {folder}/access
ErrorLog {folder}/error
PageLog {folder}/page
SystemGroup daemon
User {user}
Group {group}
"""

_QUEUE = """<Printer {name}>
DeviceURI uji:{folder}
State Idle
Accepting Yes
Shared No
ErrorPolicy {policy}
</Printer>
"""


def tool(program: str, package: str) -> str:
    """Where ``program`` is; the test fails, and says what to install, when it is nowhere."""
    found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        pytest.fail(f"{program} is missing: sudo apt install {package}", pytrace=False)
    return found


def free_port() -> int:
    """A port that nothing listens on, below those that the kernel gives to connections."""
    while True:
        port = random.randrange(20_000, 32_000)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port


class _Programs:
    """Programs that are started together and ended together."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, command: Sequence[str], **environment: str) -> None:
        with (self.folder / "output").open("ab") as output:
            self._running.append(
                subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    cwd=self.folder,
                    start_new_session=True,
                    env={**os.environ, **environment},
                )
            )

    def wait_for(self, ready: Callable[[], bool]) -> None:
        """Returns when ``ready()``; the test fails, and shows their logs, when they end instead."""
        end = time.monotonic() + _SECONDS
        while not ready():
            if time.monotonic() > end or any(one.poll() is not None for one in self._running):
                self.end()
                logs = (self.folder / name for name in ("output", "error"))
                said = (log.read_text("utf-8", "replace") for log in logs if log.exists())
                pytest.fail("\n".join(said)[-2000:], pytrace=False)
            time.sleep(0.02)

    def end(self) -> None:
        while self._running:
            one = self._running.pop()
            one.terminate()
            try:
                one.wait(5)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait(5)
            with suppress(ProcessLookupError):  # what it started and left behind
                os.killpg(one.pid, signal.SIGKILL)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


class EvePrinter(_Programs):
    """ippeveprinter; ``script`` is the shell command that prints the file ``$1``.

    It runs in ``folder``, and what it copies there can be looked at.
    """

    def __init__(self, folder: Path, script: str = 'cp "$1" kept') -> None:
        super().__init__(folder)
        bus, printer = tool("dbus-daemon", "dbus"), tool("ippeveprinter", "cups-ipp-utils")
        self.port = free_port()
        self.uri = f"ipp://127.0.0.1:{self.port}/ipp/print"
        (folder / "spool").mkdir()
        (folder / "bus.conf").write_text(_BUS.format(socket=folder / "bus"))
        command = folder / "print.sh"
        command.write_text(f"#!/bin/sh\ncd {folder}\n{script}\n")
        command.chmod(0o755)
        self.start([bus, "--nofork", f"--config-file={folder / 'bus.conf'}"])
        self.wait_for((folder / "bus").exists)
        options = [
            "-r",
            "off",
            "-p",
            str(self.port),
            "-d",
            str(folder / "spool"),
        ]
        options += ["-f", "application/pdf", "-c", str(command), "Printer A4"]
        self.start([printer, *options], DBUS_SYSTEM_BUS_ADDRESS=f"unix:path={folder / 'bus'}")
        self.wait_for(lambda: _answers(self.port))

    def empty_the_tray(self) -> None:
        """Takes the paper out, as on the printer's own web page."""
        trays = "&".join(f"size{tray}=&type{tray}=&level{tray}=0" for tray in range(4))
        with urlopen(f"http://127.0.0.1:{self.port}/media?{trays}", timeout=5) as page:
            assert page.status == 200


class CupsServer(_Programs):
    """cupsd with the raw queue ``struk``; ``script`` is its backend, the paper is in ``$6``.

    ``policy`` is what it does when the backend fails.
    """

    def __init__(self, folder: Path, script: str, policy: str = "abort-job") -> None:
        super().__init__(folder)
        cupsd = tool("cupsd", "cups-daemon")
        self.port = free_port()
        self.server = f"127.0.0.1:{self.port}"
        for name in ("root", "bin/backend", "bin/filter", "spool/tmp", "cache", "run/certs"):
            (folder / name).mkdir(parents=True)
        (folder / "bin" / "daemon").symlink_to("/usr/lib/cups/daemon")
        backend = folder / "bin" / "backend" / "uji"
        backend.write_text(f"#!/bin/sh\n[ $# -eq 0 ] && exit 0\ncd {folder}\n{script}\n")
        backend.chmod(0o755)
        root = os.geteuid() == 0
        user = "lp" if root else getpass.getuser()
        group = "lp" if root else grp.getgrgid(os.getegid()).gr_name
        queue = _QUEUE.format(name="struk", folder=folder, policy=policy)
        (folder / "root" / "printers.conf").write_text(queue)
        (folder / "cupsd.conf").write_text(_CUPSD.format(port=self.port, folder=folder))
        files = _FILES.format(folder=folder, user=user, group=group)
        (folder / "files.conf").write_text(files)
        folder.chmod(0o777)
        options = ["-f", "-c", str(folder / "cupsd.conf"), "-s", str(folder / "files.conf")]
        self.start([cupsd, *options])
        self.wait_for(lambda: _answers(self.port))
