"""The XML of eSCL (Mopria Alliance, "eSCL Technical Specification" 2.97): what a unit can do, how
it fares, and what it is asked. Pure: bytes in, facts out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from drivers.documents import endings
from drivers.documents.job import PAPERS, Colour, ScanTrouble, ScanWish

MOST_XML = 1024 * 1024
"""Bytes; the longest capabilities seen have about 60 KB."""

_PWG = "http://www.pwg.org/schemas/2010/12/sm"
_SCAN = "http://schemas.hp.com/imaging/escl/2011/05/03"
_MODES: dict[Colour, tuple[str, ...]] = {
    "abu": ("Grayscale8", "RGB24"),
    "warna": ("RGB24", "Grayscale8"),
    "hitam-putih": ("BlackAndWhite1", "Grayscale8", "RGB24"),
}
_FORMATS = ("image/jpeg", "image/png", "image/tiff")


@dataclass(frozen=True, slots=True)
class Inlet:
    """The glass or the feeder. Sizes are in 1/300 inch."""

    width: int
    height: int
    modes: tuple[str, ...]
    formats: tuple[str, ...]
    resolutions: tuple[int, ...] = ()
    least: int = 0
    most: int = 0
    step: int = 1

    def nearest(self, wanted: int) -> int:
        """The dots per inch that it has nearest to ``wanted``; the higher of two."""
        if self.resolutions:
            return min(self.resolutions, key=lambda has: (abs(has - wanted), -has))
        if not self.most:
            return wanted
        value = min(max(wanted, self.least), self.most)
        return min(self.least + round((value - self.least) / self.step) * self.step, self.most)


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a unit can do."""

    version: str
    model: str
    glass: Inlet | None
    feeder: Inlet | None


@dataclass(frozen=True, slots=True)
class Status:
    """How a unit fares: its own state and the feeder's, in eSCL's names ("" is not told)."""

    state: str
    feeder: str

    def trouble(self, page: int, *, feeder: bool, none_yet: bool = False) -> ScanTrouble | None:
        """What keeps the unit from scanning ``page``.

        The feeder matters only where it is used; that it is empty, only when no page came yet.
        """
        if feeder:
            match self.feeder.removeprefix("ScannerAdf"):
                case "Jam":
                    return endings.jammed(page)
                case "HatchOpen":
                    return endings.cover_open()
                case "Mispick" | "MultipickDetected" | "InputTrayFailed" | "InputTrayOverloaded":
                    return endings.misfed(page)
                case "Empty" if none_yet:
                    return endings.empty()
                case _:
                    pass
        return endings.cut_off(page) if self.state in ("Stopped", "Down") else None


class _NoDoctype(ElementTree.TreeBuilder):
    """Refuses a DTD before any of it is read: without one there are no entities to blow up."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:  # noqa: ARG002
        raise ElementTree.ParseError(f"a document type: {name}")


def _parsed(body: bytes) -> ElementTree.Element:
    if len(body) > MOST_XML:
        raise endings.not_understood()
    try:
        return ElementTree.fromstring(body, ElementTree.XMLParser(target=_NoDoctype()))
    except (ElementTree.ParseError, LookupError, ValueError):
        raise endings.not_understood() from None


def _all(element: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    """Every element under ``element`` of that name, in whatever namespace: makers mix them up."""
    return (inner for inner in element.iter() if inner.tag.rpartition("}")[2] == name)


def _first(element: ElementTree.Element | None, *names: str) -> ElementTree.Element | None:
    if element is None:
        return None
    return next((inner for name in names for inner in _all(element, name)), None)


def _text(element: ElementTree.Element | None, name: str) -> str:
    inner = _first(element, name)
    return (inner.text or "").strip() if inner is not None else ""


def _number(element: ElementTree.Element | None, name: str, otherwise: int = 0) -> int:
    text = _text(element, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else otherwise


def read_abilities(body: bytes) -> Abilities:
    """What ``ScannerCapabilities`` says.

    :raises ScanTrouble: it is no such document.
    """
    root = _parsed(body)
    if root.tag.rpartition("}")[2] != "ScannerCapabilities":
        raise endings.not_understood()
    glass = _inlet(_first(root, "PlatenInputCaps"), root)
    feeder = _inlet(_first(root, "AdfSimplexInputCaps"), root)
    if glass is None and feeder is None:
        raise endings.not_understood()
    return Abilities(_text(root, "Version") or "2.0", _text(root, "MakeAndModel"), glass, feeder)


def _inlet(caps: ElementTree.Element | None, root: ElementTree.Element) -> Inlet | None:
    if caps is None:
        return None
    # A profile may be written once for the whole unit and only be named here.
    profile = _first(caps, "SettingProfile")
    if profile is None or not list(profile):
        profile = next((found for found in _all(root, "SettingProfile") if list(found)), None)
    formats = [
        (found.text or "").strip()
        for name in ("DocumentFormat", "DocumentFormatExt")
        for found in (_all(profile, name) if profile is not None else ())
    ]
    span = _first(profile, "XResolutionRange", "ResolutionRange")
    return Inlet(
        width=_number(caps, "MaxWidth", 2550),
        height=_number(caps, "MaxHeight", 3508),
        modes=tuple((found.text or "").strip() for found in _all(caps, "ColorMode"))
        or tuple((found.text or "").strip() for found in _all(root, "ColorMode")),
        formats=tuple(dict.fromkeys(formats)),
        resolutions=tuple(
            value
            for found in (_all(profile, "DiscreteResolution") if profile is not None else ())
            if (value := _number(found, "XResolution"))
        ),
        least=_number(span, "Min"),
        most=_number(span, "Max"),
        step=max(1, _number(span, "Step", 1)),
    )


def read_status(body: bytes) -> Status:
    """What ``ScannerStatus`` says.

    :raises ScanTrouble: it is no such document.
    """
    root = _parsed(body)
    if root.tag.rpartition("}")[2] != "ScannerStatus":
        raise endings.not_understood()
    state = next((child for child in root if child.tag.rpartition("}")[2] == "State"), None)
    return Status((state.text or "").strip() if state is not None else "", _text(root, "AdfState"))


def colours_of(inlet: Inlet) -> tuple[Colour, ...]:
    """The colours that a glass or a feeder has."""
    return tuple(colour for colour, modes in _MODES.items() if modes[0] in inlet.modes)


def settings(abilities: Abilities, inlet: Inlet, wish: ScanWish) -> tuple[bytes, int]:
    """``ScanSettings`` for a wish, and the dots per inch it asks for."""
    resolution = inlet.nearest(wish.resolution)
    wide, high = (round(millimetres / 25.4 * 300) for millimetres in PAPERS[wish.paper])
    offered = [kind for kind in _FORMATS if kind in inlet.formats] or ["image/jpeg"]
    modes = [mode for mode in _MODES[wish.colour] if mode in inlet.modes]
    # JPEG has no pictures of one bit.
    if modes[:1] == ["BlackAndWhite1"] and offered == ["image/jpeg"]:
        modes = modes[1:]
    lossless = [kind for kind in offered if kind != "image/jpeg"]
    kind = lossless[0] if modes[:1] == ["BlackAndWhite1"] else offered[0]

    ElementTree.register_namespace("pwg", _PWG)
    ElementTree.register_namespace("scan", _SCAN)
    root = ElementTree.Element(f"{{{_SCAN}}}ScanSettings")

    def put(space: str, name: str, text: object, under: ElementTree.Element = root) -> None:
        ElementTree.SubElement(under, f"{{{space}}}{name}").text = str(text)

    put(_PWG, "Version", abilities.version)
    put(_SCAN, "Intent", "Document")
    regions = ElementTree.SubElement(root, f"{{{_PWG}}}ScanRegions")
    region = ElementTree.SubElement(regions, f"{{{_PWG}}}ScanRegion")
    put(_PWG, "ContentRegionUnits", "escl:ThreeHundredthsOfInches", region)
    put(_PWG, "XOffset", 0, region)
    put(_PWG, "YOffset", 0, region)
    put(_PWG, "Width", min(wide, inlet.width), region)
    put(_PWG, "Height", min(high, inlet.height), region)
    put(_PWG, "InputSource", "Feeder" if inlet is abilities.feeder else "Platen")
    put(_SCAN, "ColorMode", modes[0] if modes else "Grayscale8")
    put(_PWG, "DocumentFormat", kind)
    put(_SCAN, "DocumentFormatExt", kind)
    put(_SCAN, "XResolution", resolution)
    put(_SCAN, "YResolution", resolution)
    if inlet is abilities.feeder:
        put(_SCAN, "Duplex", "false")
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True), resolution
