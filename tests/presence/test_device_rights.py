"""Rights to devices: the rules file, the groups, and what an officer is told."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from drivers.rights import cure, install, missing_rights
from drivers.rights.setup import RULES, rules
from tests.devices import sysfs_tree as usb

GROUP_FILE = "root:x:0:\nlp:x:7:saned\ndialout:x:20:sari\nplugdev:x:46:\nsari:x:1000:\n"

KEYS = {
    "match": {"ACTION", "KERNEL", "SUBSYSTEM", "PROGRAM", "ENV", "ATTR", "ATTRS"},
    "assign": {"GROUP", "MODE", "TAG", "ENV", "GOTO", "LABEL"},
}
PART = re.compile(r'([A-Z]+)(?:\{([A-Za-z0-9_]+)\})?(==|!=|\+=|:=|=)"([^"]*)"(?:, |$)')


class Commands:
    """Takes the place of subprocess.run; changes /etc/group as the real ones do."""

    def __init__(self, root: Path, *, status: int = 0) -> None:
        self._groups = root / "etc/group"
        self._status = status
        self.ran: list[list[str]] = []

    def __call__(self, command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        self.ran.append(command)
        if self._status == 0 and command[0] == "groupadd":
            self._groups.write_text(self._groups.read_text() + f"{command[-1]}:x:113:\n")
        if self._status == 0 and command[0] == "usermod":
            *_, groups, user = command
            for group in groups.split(","):
                self._join(group, user)
        return subprocess.CompletedProcess(command, self._status)

    def _join(self, group: str, user: str) -> None:
        lines = self._groups.read_text().splitlines()
        joined = [
            (line + ("" if line.endswith(":") else ",") + user)
            if line.startswith(f"{group}:")
            else line
            for line in lines
        ]
        assert joined != lines, f"group {group} does not exist"
        self._groups.write_text("\n".join(joined) + "\n")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/group").write_text(GROUP_FILE)
    return tmp_path


def parsed(text: str) -> list[list[tuple[str, str, str, str]]]:
    """The rules, by a grammar stricter than udev's (udev(7)); anything else is an error."""
    found: list[list[tuple[str, str, str, str]]] = []
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        assert PART.sub("", line) == "", line
        rule = [(name, arg or "", sign, value) for name, arg, sign, value in PART.findall(line)]
        for name, arg, sign, value in rule:
            assert name in KEYS["match" if sign in ("==", "!=") else "assign"], line
            assert bool(arg) == (name in ("ENV", "ATTR", "ATTRS")), line
            if name == "MODE":
                assert re.fullmatch("0[0-7]{3}", value)
        found.append(rule)
    return found


def test_the_rules_are_rules_and_every_jump_has_its_end():
    found = parsed(rules(["1a86:5723"]))
    parts = [part for rule in found for part in rule]
    jumps = [value for name, _, _, value in parts if name == "GOTO"]
    ends = [value for name, _, _, value in parts if name == "LABEL"]
    assert jumps == ends == ["loket_luring_end"]
    assert found[-1] == [("LABEL", "", "=", "loket_luring_end")]
    groups = {value for name, _, _, value in parts if name == "GROUP"}
    assert groups == {"lp", "scanner", "plugdev"}, "group input would give every keyboard"
    assert "usblp" not in "".join(value for *_, value in parts)
    assert all(mode[3] in "04" for name, _, _, mode in parts if name == "MODE")


def test_the_rule_for_raw_nodes_knows_a_scanner_by_its_descriptor(tmp_path: Path):
    (program,) = [
        value for rule in parsed(rules()) for name, _, _, value in rule if name == "PROGRAM"
    ]
    before, pattern, after = program.split("'")
    assert before.split() == ["/bin/grep", "-qaP"]
    assert after.strip() == "/sys$devpath/device/report_descriptor"
    known = {
        usb.HIDPOS_DESCRIPTOR: 0,
        usb.HIDPOS_PLAIN_DESCRIPTOR: 0,
        usb.KEYBOARD_DESCRIPTOR + usb.HIDPOS_DESCRIPTOR: 0,
        usb.KEYBOARD_DESCRIPTOR: 1,
        usb.MOUSE_DESCRIPTOR: 1,
        b"": 1,
    }
    for number, (descriptor, status) in enumerate(known.items()):
        file = tmp_path / str(number)
        file.write_bytes(descriptor)
        # udevd runs programs without a locale.
        ran = subprocess.run(["/bin/grep", "-qaP", pattern, file], env={}, check=False)
        assert ran.returncode == status, descriptor.hex()


def test_a_first_install_does_all_and_says_so(root: Path):
    run = Commands(root)
    said = [str(text) for text in install("sari", root, run)]
    assert (root / RULES).read_text() == rules()
    assert (root / RULES).stat().st_mode & 0o777 == 0o644
    inside = ["--root", str(root)]
    assert ["groupadd", *inside, "--force", "--system", "scanner"] in run.ran
    assert ["usermod", *inside, "--append", "--groups", "lp,scanner,plugdev", "sari"] in run.ran
    assert ["udevadm", "control", "--reload"] in run.ran
    assert said == [
        f"Aturan udev dipasang di {root / RULES}.",
        "Pengguna sari masuk grup lp, scanner, plugdev. Keluar dan masuk lagi agar berlaku.",
    ]
    assert missing_rights("sari", root) == []


def test_a_second_install_does_nothing(root: Path):
    install("sari", root, Commands(root))
    run = Commands(root)
    assert [str(text) for text in install("sari", root, run)] == [
        "Hak alat sudah lengkap untuk sari."
    ]
    assert run.ran == []


def test_keyboards_that_are_scanners_are_added_and_stay(root: Path):
    install("sari", root, Commands(root), units=["1A86:5723"])
    install("budi", root, Commands(root), units=["ffff:0035"])
    text = (root / RULES).read_text()
    parsed(text)
    assert text == rules(["1a86:5723", "ffff:0035"])
    assert missing_rights("sari", root) == missing_rights("budi", root) == []


def test_an_old_rules_file_is_replaced(root: Path):
    install("sari", root, Commands(root))
    (root / RULES).write_text("# of last year\n")
    assert "Aturan udev belum dipasang" in str(missing_rights("sari", root)[0])
    install("sari", root, Commands(root))
    assert missing_rights("sari", root) == []


def test_what_is_missing_is_told_with_the_command(root: Path):
    rule, groups = map(str, missing_rights("sari", root))
    assert rule.endswith(f"Jalankan sekali: {cure(user='sari')}")
    assert "lp, scanner, plugdev" in groups
    assert missing_rights("root", root) == []


def test_without_root_it_only_says_the_command(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    def never(*_: object, **__: object) -> subprocess.CompletedProcess[bytes]:
        raise AssertionError("nothing may be run")

    (said,) = install("sari", run=never, units=["1a86:5723"])
    assert str(said).endswith(cure("1a86:5723", "sari"))
    assert str(said).startswith("Hanya administrator")


@pytest.mark.parametrize(
    ("user", "units"),
    [("-rf", ()), ("", ()), ("a b", ()), ("sari;id", ()), ("sari", ("1a86",)), ("sari", ('x"\n',))],
)
def test_names_that_are_none_reach_no_command(root: Path, user: str, units: tuple[str, ...]):
    run = Commands(root)
    (said,) = install(user, root, run, units=units)
    assert "salah tulis" in str(said)
    assert run.ran == []
    assert not (root / RULES).exists()


def test_commands_that_fail_are_told(root: Path):
    said = [str(text) for text in install("sari", root, Commands(root, status=6))]
    assert said[1] == "Aturan udev berlaku setelah komputer dinyalakan ulang."
    assert said[2].startswith("Pengguna sari tidak dapat dimasukkan ke grup")


def test_a_disk_that_cannot_be_written_is_told(root: Path):
    (root / "etc/udev").write_text("a file where a folder should be")
    (said,) = install("sari", root, Commands(root))
    assert str(said).startswith("Hak tidak dapat dipasang:")
