"""Sets up the rights to devices on a Debian computer, and tells what is missing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from drivers.words import Words, words

GROUPS = ("lp", "dialout", "scanner", "plugdev")
"""Printers, serial lines, document scanners, barcode scanners."""

RULES = Path("etc/udev/rules.d/60-loket-luring.rules")

Run = Callable[..., "subprocess.CompletedProcess[Any]"]

_USER = re.compile(r"[a-z_][a-z0-9_.-]*\$?")
_UNIT = re.compile(r"[0-9a-f]{4}:[0-9a-f]{4}")
_OWN_UNIT = re.compile(
    r'^SUBSYSTEM=="input", KERNEL=="event\*", ATTRS\{idVendor\}=="([0-9a-f]{4})", '
    r'ATTRS\{idProduct\}=="([0-9a-f]{4})"',
    re.MULTILINE,
)
_LAST_LINE = 'LABEL="loket_luring_end"\n'
_TIMEOUT = 60


def cure(unit: str = "", user: str = "") -> str:
    """The command that gives a user (this one) the rights; ``unit``: a keyboard's vvvv:pppp."""
    parts = ["sudo", sys.executable, "-m", "drivers.rights", user or _this_user()]
    return " ".join([*parts, unit] if unit else parts)


def install(
    user: str,
    root: Path = Path("/"),
    run: Run = subprocess.run,
    *,
    units: Sequence[str] = (),
) -> list[Words]:
    """Gives a user the rights to all devices; says what was done. Done again it does nothing.

    ``units`` (vvvv:pppp) are keyboards that are dedicated scanners; those given before stay. Needs
    root, otherwise it only says the command.
    """
    units = [unit.lower() for unit in units]
    if not _USER.fullmatch(user) or not all(_UNIT.fullmatch(unit) for unit in units):
        return [
            words("Nama pengguna atau nomor alat salah tulis: {given}.", given=_given(user, units))
        ]
    if root == Path("/") and os.geteuid() != 0:
        return [
            words(
                "Hanya administrator yang dapat memberi hak. Jalankan: {command}",
                command=cure(" ".join(units), user),
            )
        ]
    try:
        said = _install_rules(root, run, units) + _join_groups(user, root, run)
    except OSError as error:
        return [words("Hak tidak dapat dipasang: {reason}.", reason=error.strerror or str(error))]
    return said or [words("Hak alat sudah lengkap untuk {user}.", user=user)]


def missing_rights(user: str, root: Path = Path("/")) -> list[Words]:
    """What is missing, each with its cure; nothing when all is well, or for root."""
    if user == "root":
        return []
    missing: list[Words] = []
    if not _rules_are_current(root):
        missing.append(
            words("Aturan udev belum dipasang. Jalankan sekali: {command}", command=cure("", user))
        )
    lacking = _lacking(user, root)
    if lacking:
        missing.append(
            words(
                "Pengguna {user} belum masuk grup {groups}. Jalankan sekali: {command}",
                user=user,
                groups=", ".join(lacking),
                command=cure("", user),
            )
        )
    elif root == Path("/") and user == _this_user() and _groups_not_yet_held():
        missing.append(
            words(
                "Grup baru belum berlaku. Keluar dan masuk lagi ke komputer ini, lalu buka kiosk."
            )
        )
    return missing


def rules(units: Iterable[str] = ()) -> str:
    """The rules file, with a line for each keyboard that is a dedicated scanner."""
    text = Path(__file__).with_name(RULES.name).read_text("utf-8")
    lines = "".join(
        f'SUBSYSTEM=="input", KERNEL=="event*", ATTRS{{idVendor}}=="{unit[:4]}", '
        f'ATTRS{{idProduct}}=="{unit[5:]}", GROUP="plugdev", MODE="0660"\n'
        for unit in sorted(set(units))
    )
    return text.replace(_LAST_LINE, f"{lines}\n{_LAST_LINE}" if lines else _LAST_LINE)


def _install_rules(root: Path, run: Run, units: Sequence[str]) -> list[Words]:
    path = root / RULES
    there = _text(path)
    wanted = rules([*units, *_units_in(there)])
    if there == wanted:
        return []
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(wanted, "utf-8")
    fresh.chmod(0o644)
    fresh.replace(path)
    said = [words("Aturan udev dipasang di {path}.", path=str(path))]
    reload = ["udevadm", "control", "--reload"]
    again = ["udevadm", "trigger", "--action=change"]
    again += [f"--subsystem-match={name}" for name in ("usb", "hidraw", "input", "tty")]
    if not (_done(run, reload) and _done(run, again)):
        said.append(words("Aturan udev berlaku setelah komputer dinyalakan ulang."))
    return said


def _join_groups(user: str, root: Path, run: Run) -> list[Words]:
    lacking = _lacking(user, root)
    if not lacking:
        return []
    inside = [] if root == Path("/") else ["--root", str(root)]
    there = _members(root)
    for group in lacking:
        if group not in there:
            _done(run, ["groupadd", *inside, "--force", "--system", group])
    if not _done(run, ["usermod", *inside, "--append", "--groups", ",".join(lacking), user]):
        return [
            words(
                "Pengguna {user} tidak dapat dimasukkan ke grup {groups}. Periksa nama pengguna.",
                user=user,
                groups=", ".join(lacking),
            )
        ]
    return [
        words(
            "Pengguna {user} masuk grup {groups}. Keluar dan masuk lagi agar berlaku.",
            user=user,
            groups=", ".join(lacking),
        )
    ]


def _done(run: Run, command: list[str]) -> bool:
    try:
        return run(command, capture_output=True, timeout=_TIMEOUT, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _lacking(user: str, root: Path) -> list[str]:
    members = _members(root)
    return [group for group in GROUPS if user not in members.get(group, ())]


def _members(root: Path) -> dict[str, list[str]]:
    """Who is in each group, by /etc/group."""
    found: dict[str, list[str]] = {}
    for line in _text(root / "etc/group").splitlines():
        name, _, rest = line.partition(":")
        found[name] = rest.rpartition(":")[2].split(",")
    return found


def _groups_not_yet_held() -> bool:
    import grp

    held = {*os.getgroups(), os.getegid()}
    try:
        return any(grp.getgrnam(group).gr_gid not in held for group in GROUPS)
    except KeyError:
        return True


def _rules_are_current(root: Path) -> bool:
    there = _text(root / RULES)
    return there == rules(_units_in(there))


def _units_in(text: str) -> list[str]:
    return [f"{vendor}:{product}" for vendor, product in _OWN_UNIT.findall(text)]


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _this_user() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _given(user: str, units: Sequence[str]) -> str:
    return " ".join([user, *units])
