"""Scans over the network by eSCL, which nearly every scanner since 2015 speaks, with no driver.

The talk runs in a thread of its own, because a unit may be silent for a minute while it draws a
sheet in; the officer's stop is heard all the same. The job is then deleted over a second
connection, which makes the unit end the first.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from drivers.documents import endings
from drivers.documents.escl_words import (
    MOST_XML,
    Abilities,
    Inlet,
    Status,
    read_abilities,
    read_status,
    settings,
)
from drivers.documents.job import (
    Progress,
    RawPage,
    ScanTrouble,
    ScanWish,
    is_whole,
    next_number,
    page_name,
    sweep,
    sync_page,
)
from drivers.documents.waiting import accounted, each_told

if TYPE_CHECKING:
    import httpx

PATIENCE = 90.0
"""Seconds without a byte before a scan is given up."""

SHORT_PATIENCE = 15.0
"""Seconds for a short question; a sleeping unit needs some to wake up."""

CONNECT_PATIENCE = 5.0
"""Seconds for a connection."""

END_PATIENCE = 3.0
"""Seconds that a unit has to end a job."""

BUSY_PATIENCE = 20.0
"""Seconds in which a busy unit may become free."""

LONGEST_PAGE = 600.0
"""Seconds for one page, however steadily its bytes trickle."""

MOST_BYTES = 256 * 1024 * 1024
"""Bytes of one page; A4 in colour at 600 dpi has 105 MB before any compression."""

MOST_PAGES = 300
"""Pages of one job."""

_RETRY = 1.0
_KINDS = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n": "png", b"II*\0": "tif", b"MM\0*": "tif"}


class Escl:
    """A scanner by the address of its eSCL service, such as ``http://192.168.1.20:80/eSCL``."""

    def __init__(self, url: str, label: str = "", *, patience: float = PATIENCE) -> None:
        self.url = url.rstrip("/")
        self.patience = patience
        self._label = label

    @property
    def name(self) -> str:
        """What the officer calls it."""
        return self._label or urlsplit(self.url).netloc

    def abilities(self) -> Abilities:
        """What the unit can do.

        :raises ScanTrouble: it does not answer, or not sensibly.
        """
        with _Line(self) as line:
            return line.abilities()

    def status(self) -> Status:
        """How the unit fares.

        :raises ScanTrouble: it does not answer, or not sensibly.
        """
        with _Line(self) as line:
            return line.status()

    def scan(
        self, wish: ScanWish, folder: Path, progress: Progress, stop: threading.Event
    ) -> Iterator[RawPage]:
        """As :meth:`drivers.documents.job.Source.scan` says."""
        return accounted(self._pages(wish, folder, progress, stop), folder, stop)

    def _pages(
        self, wish: ScanWish, folder: Path, progress: Progress, stop: threading.Event
    ) -> Generator[RawPage, None, None]:
        given = 0
        talk = _Talk(self, wish, folder)
        try:
            for told in each_told(talk.told, stop, self.patience + CONNECT_PATIENCE):
                if isinstance(told, Exception):
                    raise told
                if isinstance(told, RawPage):
                    given += 1
                    yield told
                else:
                    progress(*told)
        finally:
            talk.end()
            sweep(folder, talk.first + given)


class _Line:
    """A connection to the unit; what HTTP can throw becomes a :class:`ScanTrouble`."""

    def __init__(self, unit: Escl) -> None:
        import httpx

        self.page = 1
        self._unit = unit
        # Scanners sign their own certificates, and no proxy leads to them.
        self._client = httpx.Client(
            timeout=httpx.Timeout(unit.patience, connect=min(CONNECT_PATIENCE, unit.patience)),
            headers={"Accept-Encoding": "identity"},
            verify=False,
            trust_env=False,
        )

    def __enter__(self) -> _Line:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        import httpx

        self._client.close()
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.InvalidURL):
            raise endings.gone(self._unit.name) from None
        if isinstance(error, httpx.TimeoutException):
            raise endings.stalled(self._unit.patience) from None
        if isinstance(error, httpx.HTTPError):
            raise endings.cut_off(self.page) from None

    def abilities(self) -> Abilities:
        return read_abilities(self._asked("ScannerCapabilities"))

    def status(self) -> Status:
        return read_status(self._asked("ScannerStatus"))

    def post(self, body: bytes) -> httpx.Response:
        return self._client.post(
            f"{self._unit.url}/ScanJobs", content=body, headers={"Content-Type": "text/xml"}
        )

    def next_document(self, job: str) -> httpx.Response:
        """The answer with its body still to come; the caller closes it."""
        asked = self._client.build_request("GET", f"{job}/NextDocument")
        return self._client.send(asked, stream=True)

    def delete(self, job: str) -> None:
        import httpx

        with suppress(httpx.HTTPError):
            self._client.delete(job, timeout=END_PATIENCE)

    def _asked(self, what: str) -> bytes:
        patience = min(SHORT_PATIENCE, self._unit.patience)
        body = b""
        asked = self._client.stream("GET", f"{self._unit.url}/{what}", timeout=patience)
        with asked as answer:
            if answer.status_code != 200:
                raise _refusal(answer.status_code)
            for part in answer.iter_bytes():
                body += part
                if len(body) > MOST_XML:
                    raise endings.not_understood()
        return body


def _refusal(code: int) -> ScanTrouble:
    """What an HTTP status means when the unit itself tells nothing better."""
    match code:
        case 503:
            return endings.busy()
        case 401 | 403:
            return endings.locked()
        case 400 | 409:
            return endings.unsuited()
        case 404 | 410:
            return endings.not_understood()
        case _:
            return endings.odd(code)


class _Talk:
    """One job, from its first question to its last page, in a thread.

    ``told`` gives (page, percent), whole pages, and at the end None or what went wrong.
    """

    def __init__(self, unit: Escl, wish: ScanWish, folder: Path) -> None:
        self.told: queue.SimpleQueue[tuple[int, int] | RawPage | Exception | None]
        self.told = queue.SimpleQueue()
        self.first = next_number(folder)
        self._unit = unit
        self._wish = wish
        self._folder = folder
        self._job = ""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="escl", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Ends the job on the unit and waits for the thread, a few seconds at most."""
        self._over.set()
        if self._job:
            with suppress(ScanTrouble), _Line(self._unit) as line:
                line.delete(self._job)
        self._thread.join(END_PATIENCE)

    def _run(self) -> None:
        try:
            with _Line(self._unit) as line:
                self._talk(line)
            self.told.put(None)
        except Exception as error:
            # Raised again by the scan's own thread, whatever it is: a page missing is never silent.
            self.told.put(error)

    def _talk(self, line: _Line) -> None:
        abilities = line.abilities()
        inlet = abilities.feeder if self._wish.feeder else abilities.glass or abilities.feeder
        if inlet is None:
            raise endings.feederless()
        uses_feeder = inlet is abilities.feeder
        if trouble := line.status().trouble(self.first, feeder=uses_feeder, none_yet=True):
            raise trouble
        line.page = number = self.first
        resolution = self._begin(line, abilities, inlet, uses_feeder)
        most = MOST_PAGES if self._wish.feeder else 1
        while number < self.first + most and not self._over.is_set():
            line.page = number
            path = self._fetch(line, number, uses_feeder)
            if path is None:
                break
            self.told.put((number, 100))
            self.told.put(RawPage(number, path, resolution))
            number += 1
        else:
            return
        self._check_end(line, number, uses_feeder)

    def _begin(self, line: _Line, abilities: Abilities, inlet: Inlet, uses_feeder: bool) -> int:
        """Makes the job; gives the dots per inch asked for. A busy unit is asked again."""
        body, resolution = settings(abilities, inlet, self._wish)
        patience = time.monotonic() + min(BUSY_PATIENCE, self._unit.patience)
        while (answer := line.post(body)).status_code == 503:
            if time.monotonic() > patience or self._over.wait(_RETRY):
                raise endings.busy()
        if answer.status_code != 201:
            told = line.status().trouble(self.first, feeder=uses_feeder, none_yet=True)
            raise told or _refusal(answer.status_code)
        location = answer.headers.get("Location", "")
        path = urlsplit(urljoin(f"{self._unit.url}/ScanJobs", location)).path.rstrip("/")
        if not location or not path:
            raise endings.not_understood()
        # Only the path is taken: units name themselves by hosts that do not resolve here.
        base = urlsplit(self._unit.url)
        self._job = f"{base.scheme}://{base.netloc}{path}"
        if self._over.is_set():
            line.delete(self._job)
        return resolution

    def _fetch(self, line: _Line, number: int, uses_feeder: bool) -> Path | None:
        """The next page, whole and synced, or None when the job has no more."""
        patience = time.monotonic() + self._unit.patience
        self.told.put((number, 0))
        while True:
            answer = line.next_document(self._job)
            try:
                code = answer.status_code
                if code == 200:
                    return self._store(answer, number)
            finally:
                answer.close()
            if code in (404, 410):
                return None
            none_yet = number == self.first
            told = line.status().trouble(number, feeder=uses_feeder, none_yet=none_yet)
            if told is not None or code != 503:
                raise told or _refusal(code)
            if time.monotonic() > patience:
                raise endings.stalled(self._unit.patience)
            self._over.wait(_RETRY)

    def _store(self, answer: httpx.Response, number: int) -> Path:
        half = self._folder / page_name(number, "part")
        length = answer.headers.get("Content-Length", "")
        total = int(length) if length.isdigit() else 0
        began = heard = time.monotonic()
        got = percent = 0
        head = b""
        with half.open("xb") as file:
            for part in answer.iter_bytes():
                if self._over.is_set():
                    raise endings.stopped(0)
                now = time.monotonic()
                got += len(part)
                if now - began > LONGEST_PAGE:
                    raise endings.stalled(LONGEST_PAGE)
                if got > MOST_BYTES:
                    raise endings.too_large(number)
                if len(head) < 8 and len(head := (head + part)[:8]) == 8:
                    _kind(head)
                file.write(part)
                reached = min(99, got * 100 // total) if total else 0
                if reached > percent or now - heard > 1.0:
                    percent, heard = max(percent, reached), now
                    self.told.put((number, percent))
        if not is_whole(half):
            raise endings.torn(number)
        return self._kept(half, number, _kind(head))

    def _kept(self, half: Path, number: int, kind: str) -> Path:
        path = half.with_name(page_name(number, kind))
        half.rename(path)
        sync_page(path)
        return path

    def _check_end(self, line: _Line, number: int, uses_feeder: bool) -> None:
        """A jam ends a job just as the last page does; only the status tells them apart."""
        none_yet = number == self.first
        try:
            told = line.status().trouble(number, feeder=uses_feeder, none_yet=none_yet)
        except ScanTrouble as unsaid:
            told = unsaid if none_yet else None
        if told is not None:
            raise told
        if none_yet:
            raise endings.empty() if uses_feeder else endings.not_understood()


def _kind(head: bytes) -> str:
    """The file ending by the first bytes: what units write in Content-Type is often wrong."""
    kind = next((kind for magic, kind in _KINDS.items() if head.startswith(magic)), None)
    if kind is None:
        raise endings.not_understood()
    return kind
