"""An eSCL scanner on the loopback line, judged by Debian's sane-airscan as well as by our driver.

It takes only what it offers: a setting outside its capabilities is answered with 409, as real
units do, and kept in :attr:`EsclServer.refused` so that a test can see why.
"""

from __future__ import annotations

import io
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from xml.etree import ElementTree

from PIL import Image, ImageDraw

PWG = "http://www.pwg.org/schemas/2010/12/sm"
SCAN = "http://schemas.hp.com/imaging/escl/2011/05/03"
_HEAD = f'<?xml version="1.0" encoding="UTF-8"?>\n<scan:%s xmlns:pwg="{PWG}" xmlns:scan="{SCAN}">'
_MODES = {"Grayscale8": "L", "RGB24": "RGB", "BlackAndWhite1": "1"}
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}
RESOLUTIONS = (75, 100, 200, 300)
GLASS = (2550, 3508)
FEEDER = (2550, 4200)


@dataclass
class Faults:
    """What goes wrong. Page numbers count from 1; 0 is never."""

    busy_posts: int = 0
    """Answers 503 to that many ScanJobs."""
    busy_pages: int = 0
    """Answers 503 to that many NextDocument before each page."""
    jam_at: int = 0
    hatch_at: int = 0
    end_code: int = 404
    """The answer to NextDocument after the last page, and at a jam."""
    cut_at: int = 0
    """The line is cut in the middle of that page."""
    half_at: int = 0
    """That page is half a picture in a whole answer."""
    silent_at: int = 0
    """That page is never answered while the job lives."""
    endless_at: int = 0
    """The body of that page never ends."""
    slow_at: int = 0
    """That page comes in ten pieces with a tenth of a second between."""
    code_at: dict[int, int] = field(default_factory=dict[int, int])
    post_code: int = 0
    location: str = "absolute"
    """"absolute", "relative", "foreign" (a host that does not resolve) or "none"."""
    content_type: str = ""
    bodies: dict[str, bytes] = field(default_factory=dict[str, bytes])
    """Bodies sent instead, by the last part of the path."""
    endless_bodies: bool = False
    """ScannerCapabilities never ends."""
    chunked: bool = False


class EsclServer(ThreadingHTTPServer):
    """A unit with glass and feeder; ``with`` starts and ends it."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, sheets: int = 10, faults: Faults | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.faults = faults or Faults()
        self.sheets = sheets
        self.job: Job | None = None
        self.jobs: list[Job] = []
        self.refused: list[str] = []
        self.asked: list[str] = []
        self.over = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/eSCL"

    def __enter__(self) -> EsclServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.shutdown()
        self._thread.join(5)
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""

    @property
    def feeder_state(self) -> str:
        job = self.job or (self.jobs[-1] if self.jobs else None)
        if job is not None and job.trouble:
            return job.trouble
        return "ScannerAdfLoaded" if self.sheets else "ScannerAdfEmpty"


@dataclass
class Job:
    """One scan as it was asked for."""

    number: int
    feeder: bool
    mode: str
    kind: str
    resolution: int
    size: tuple[int, int]
    version: str
    given: int = 0
    waits: int = 0
    trouble: str = ""
    deleted: threading.Event = field(default_factory=threading.Event)

    def picture(self, page: int) -> bytes:
        """The page: white, a black frame, and as many black squares as its number."""
        wide, high = (round(length * self.resolution / 300) for length in self.size)
        image = Image.new("L", (wide, high), 255)
        draw = ImageDraw.Draw(image)
        draw.rectangle((2, 2, wide - 3, high - 3), outline=0, width=2)
        for square in range(page):
            left = 10 + square * 14
            draw.rectangle((left, 10, left + 8, 18), fill=0)
        file = io.BytesIO()
        image.convert(_MODES[self.mode]).save(file, _FORMATS[self.kind])
        return file.getvalue()


class _Answer(BaseHTTPRequestHandler):
    server: EsclServer
    protocol_version = "HTTP/1.1"
    timeout = 20.0
    plain: ClassVar[dict[str, str]] = {}

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        what = self.path.rpartition("/")[2]
        self.server.asked.append(f"GET {what}")
        faults = self.server.faults
        if what in faults.bodies:
            self._send(200, faults.bodies[what], "text/xml")
        elif what == "ScannerCapabilities" and faults.endless_bodies:
            self._send_endless(b"<!-- -->" * 1024, b"<x>")
        elif what == "ScannerCapabilities":
            self._send(200, capabilities(), "text/xml")
        elif what == "ScannerStatus":
            self._send(200, self._status(), "text/xml")
        elif what == "NextDocument":
            self._next_document()
        else:
            self._send(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append("POST ScanJobs")
        faults = self.server.faults
        if self.path != "/eSCL/ScanJobs":
            return self._send(404)
        if faults.post_code:
            return self._send(faults.post_code)
        if faults.busy_posts or self.server.job is not None:
            faults.busy_posts = max(0, faults.busy_posts - 1)
            return self._send(503)
        try:
            job = read_settings(body, len(self.server.jobs) + 1)
            if job.feeder and not self.server.sheets:
                raise ValueError("the feeder is empty")
        except (ValueError, ElementTree.ParseError) as error:
            self.server.refused.append(str(error))
            return self._send(409)
        self.server.job = job
        self.server.jobs.append(job)
        path = f"/eSCL/ScanJobs/{job.number}"
        location = {
            "absolute": f"http://{self.headers['Host']}{path}",
            "relative": path,
            "foreign": f"http://pemindai.invalid:8080{path}/",
            "none": "",
        }[faults.location]
        return self._send(201, headers={"Location": location} if location else {})

    def do_DELETE(self) -> None:
        self.server.asked.append("DELETE")
        job = self.server.job
        if job is None or not self.path.endswith(f"/{job.number}"):
            return self._send(404)
        job.deleted.set()
        self.server.job = None
        return self._send(200)

    def _next_document(self) -> None:
        job, faults = self.server.job, self.server.faults
        if job is None:
            return self._send(404)
        page = job.given + 1
        if job.waits < faults.busy_pages:
            job.waits += 1
            return self._send(503, headers={"Retry-After": "1"})
        job.trouble = {faults.jam_at: "ScannerAdfJam", faults.hatch_at: "ScannerAdfHatchOpen"}.get(
            page, ""
        )
        left = self.server.sheets if job.feeder else 1 - job.given
        if job.trouble or left <= 0:
            self.server.job = None
            return self._send(faults.end_code)
        if page in faults.code_at:
            return self._send(faults.code_at[page])
        if page == faults.silent_at:
            while not job.deleted.wait(0.05) and not self.server.over.is_set():
                pass
            self.close_connection = True
            return None
        job.given, job.waits = page, 0
        if job.feeder:
            self.server.sheets -= 1
        return self._send_page(job, page)

    def _send_page(self, job: Job, page: int) -> None:
        faults, picture = self.server.faults, job.picture(page)
        kind = faults.content_type or job.kind
        if page == faults.endless_at:
            self._send_endless(b"\xaa" * 65536, picture[:600], kind)
        elif page == faults.half_at:
            self._send(200, picture[: len(picture) // 2], kind)
        elif page == faults.cut_at:
            self._head(200, kind, len(picture))
            self.wfile.write(picture[: len(picture) // 2])
            self.close_connection = True
        elif page == faults.slow_at:
            self._head(200, kind, len(picture))
            step = len(picture) // 10 + 1
            for start in range(0, len(picture), step):
                self.wfile.write(picture[start : start + step])
                self.server.over.wait(0.1)
        elif faults.chunked:
            self._head(200, kind, None)
            self._chunk(picture[:777])
            self._chunk(picture[777:])
            self.wfile.write(b"0\r\n\r\n")
        else:
            self._send(200, picture, kind)

    def _status(self) -> bytes:
        job = self.server.job
        state = "Processing" if job is not None else "Idle"
        return (
            _HEAD
            % "ScannerStatus"
            + f"<pwg:Version>2.63</pwg:Version><pwg:State>{state}</pwg:State>"
            f"<scan:AdfState>{self.server.feeder_state}</scan:AdfState></scan:ScannerStatus>"
        ).encode()

    def _send(
        self, code: int, body: bytes = b"", kind: str = "", headers: dict[str, str] = plain
    ) -> None:
        self._head(code, kind, len(body), headers)
        self.wfile.write(body)

    def _head(
        self, code: int, kind: str, length: int | None, headers: dict[str, str] = plain
    ) -> None:
        self.send_response(code)
        if kind:
            self.send_header("Content-Type", kind)
        if length is None:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _chunk(self, body: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(body), body))

    def _send_endless(self, more: bytes, first: bytes, kind: str = "text/xml") -> None:
        self._head(200, kind, None)
        with suppress(OSError):
            self._chunk(first)
            while not self.server.over.is_set():
                self._chunk(more)
        self.close_connection = True


def capabilities() -> bytes:
    """``ScannerCapabilities``, in the form that real units give."""
    profile = (
        '<scan:SettingProfiles><scan:SettingProfile name="p1"><scan:ColorModes>'
        + "".join(f"<scan:ColorMode>{mode}</scan:ColorMode>" for mode in _MODES)
        + "</scan:ColorModes><scan:ContentTypes><pwg:ContentType>Text</pwg:ContentType>"
        "</scan:ContentTypes><scan:DocumentFormats>"
        + "".join(f"<pwg:DocumentFormat>{kind}</pwg:DocumentFormat>" for kind in _FORMATS)
        + "".join(f"<scan:DocumentFormatExt>{k}</scan:DocumentFormatExt>" for k in _FORMATS)
        + "</scan:DocumentFormats><scan:SupportedResolutions><scan:DiscreteResolutions>"
        + "".join(
            f"<scan:DiscreteResolution><scan:XResolution>{dots}</scan:XResolution>"
            f"<scan:YResolution>{dots}</scan:YResolution></scan:DiscreteResolution>"
            for dots in RESOLUTIONS
        )
        + "</scan:DiscreteResolutions></scan:SupportedResolutions><scan:ColorSpaces>"
        "<scan:ColorSpace>sRGB</scan:ColorSpace></scan:ColorSpaces></scan:SettingProfile>"
        "</scan:SettingProfiles>"
    )

    def inlet(name: str, size: tuple[int, int]) -> str:
        return (
            f"<scan:{name}><scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>{size[0]}</scan:MaxWidth>"
            f"<scan:MinHeight>16</scan:MinHeight><scan:MaxHeight>{size[1]}</scan:MaxHeight>"
            "<scan:MaxScanRegions>1</scan:MaxScanRegions>"
            f"{profile}<scan:SupportedIntents><scan:Intent>Document</scan:Intent>"
            "</scan:SupportedIntents><scan:MaxOpticalXResolution>300</scan:MaxOpticalXResolution>"
            f"<scan:MaxOpticalYResolution>300</scan:MaxOpticalYResolution></scan:{name}>"
        )

    return (
        _HEAD
        % "ScannerCapabilities"
        + "<pwg:Version>2.63</pwg:Version><pwg:MakeAndModel>Uji eSCL</pwg:MakeAndModel>"
        "<pwg:SerialNumber>UJI1</pwg:SerialNumber>"
        f"<scan:Platen>{inlet('PlatenInputCaps', GLASS)}</scan:Platen>"
        f"<scan:Adf>{inlet('AdfSimplexInputCaps', FEEDER)}"
        "<scan:FeederCapacity>50</scan:FeederCapacity><scan:AdfOptions>"
        "<scan:AdfOption>DetectPaperLoaded</scan:AdfOption></scan:AdfOptions></scan:Adf>"
        "</scan:ScannerCapabilities>"
    ).encode()


def read_settings(body: bytes, number: int) -> Job:
    """The job that ``ScanSettings`` asks for; ValueError says what is not offered."""
    root = ElementTree.fromstring(body)
    if root.tag != f"{{{SCAN}}}ScanSettings":
        raise ValueError(f"not ScanSettings: {root.tag}")

    def told(space: str, name: str) -> str:
        found = [inner.text for inner in root.iter(f"{{{space}}}{name}")]
        if len(found) != 1 or not found[0]:
            raise ValueError(f"{name}: {found}")
        return found[0]

    feeder = {"Feeder": True, "Platen": False}[told(PWG, "InputSource")]
    most = FEEDER if feeder else GLASS
    size = (int(told(PWG, "Width")), int(told(PWG, "Height")))
    corner = (int(told(PWG, "XOffset")), int(told(PWG, "YOffset")))
    if any(
        not 16 <= at + length <= limit for at, length, limit in zip(corner, size, most, strict=True)
    ):
        raise ValueError(f"region {corner} {size}")
    resolution, across = int(told(SCAN, "XResolution")), int(told(SCAN, "YResolution"))
    if resolution != across or resolution not in RESOLUTIONS:
        raise ValueError(f"resolution {resolution} {across}")
    mode, kind = told(SCAN, "ColorMode"), told(SCAN, "DocumentFormatExt")
    if (
        mode not in _MODES
        or kind not in _FORMATS
        or (mode, kind) == ("BlackAndWhite1", "image/jpeg")
    ):
        raise ValueError(f"mode {mode} as {kind}")
    return Job(number, feeder, mode, kind, resolution, size, told(PWG, "Version"))
