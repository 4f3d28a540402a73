"""The test terminal itself: bytes, keys, screens, power cuts, and that nothing stays behind."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tests.terminal.desk_terminal import NotSeen, Terminals, free_port

KEY_TELLER = [sys.executable, str(Path(__file__).with_name("key_teller.py"))]


def shell(script: str) -> list[str]:
    return ["sh", "-c", script]


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_the_console_is_linux_80x25_and_hides_tmux(terminals: Terminals) -> None:
    desk = terminals.start(
        shell('echo "<$TERM $TMUX $TERM_PROGRAM $LOKET>"; stty size'), {"LOKET": "tiga"}
    )
    desk.wait_for("<linux   tiga>")
    desk.wait_for("25 80")
    assert len(desk.screen()) == 25
    assert desk.exit_code() == 0


def test_keys_and_scans_arrive_as_a_console_and_a_wedge_send_them(terminals: Terminals) -> None:
    desk = terminals.start(shell("stty raw -echo; echo siap; exec cat -v"))
    desk.wait_for("siap")
    desk.keys("F1", "F6", "PageDown", "C-s", "M-x")
    desk.wait_for("^[[[A^[[17~^[[6~^S^[x")
    desk.type("Siti #{x} -H;é")
    desk.wait_for("Siti #{x} -H;M-CM-)")
    desk.scan("RSA1-261121-0001-K")
    desk.wait_for("^BRSA1-261121-0001-K^M")


def test_a_long_scan_arrives_whole(terminals: Terminals) -> None:
    desk = terminals.start(shell("stty raw -echo; echo siap; head -c 8002 | wc -c; exec cat"))
    desk.wait_for("siap")
    desk.scan("x" * 8000)
    desk.wait_for("8002")


def test_textual_understands_every_key(terminals: Terminals) -> None:
    desk = terminals.start(KEY_TELLER)
    desk.wait_for("siap")
    functions = [f"f{n}" for n in range(1, 13)]
    desk.keys(*(name.upper() for name in functions), gap=0)
    desk.wait_for(re.compile(r"siap\s+" + r"\s+".join(functions)))
    desk.keys("Escape", "Enter", "Tab", "BackTab", "Escape", "PageUp", "Home", "Delete", "Up")
    desk.wait_for(
        re.compile(
            r"f12\s+escape\s+enter\s+tab\s+shift\+tab\s+escape\s+pageup\s+home\s+delete\s+up"
        )
    )
    desk.scan("A-1")
    desk.wait_for(re.compile(r"up\s+ctrl\+b\s+A\s+minus\s+1\s+enter"))
    desk.keys("C-q")
    assert desk.exit_code() == 7


def test_two_consoles_side_by_side(terminals: Terminals) -> None:
    one, two = (terminals.start(["cat"]) for _ in range(2))
    one.type("satu\n")
    two.type("dua\n")
    one.wait_for("satu\nsatu")
    two.wait_for("dua\ndua")
    assert not any("dua" in line for line in one.screen())
    assert one.cursor() == (0, 2)


def test_a_power_cut_keeps_the_screen_and_the_program_comes_back(
    terminals: Terminals, tmp_path: Path
) -> None:
    count = tmp_path / "count"
    desk = terminals.start(shell(f"echo x >> {count}; wc -l < {count}; sleep 99 & exec cat"))
    desk.wait_for("1")
    first = desk.pid
    desk.kill9()
    assert desk.exit_code() == -9
    assert gone(first)
    assert desk.screen()[0] == "1"
    desk.restart()
    desk.wait_for("2")
    assert desk.alive
    assert desk.pid != first


def test_a_wait_in_vain_shows_the_screen(terminals: Terminals) -> None:
    desk = terminals.start(["cat"])
    desk.type("di sini\n")
    desk.wait_for("di sini")
    with pytest.raises(NotSeen, match=r"'di sana' is not on the screen\ncat \(runs\)\n.*\n\|di s"):
        desk.wait_for("di sana", timeout=0.1)
    with pytest.raises(NotSeen, match="is still on the screen"):
        desk.wait_gone(re.compile("s.ni"), timeout=0.1)
    desk.wait_gone("di sana")


def test_a_wait_ends_as_soon_as_the_program_does(terminals: Terminals) -> None:
    desk = terminals.start(shell("echo habis; exit 3"))
    with pytest.raises(NotSeen, match=r"ended with 3\)\n.*\n\|habis"):
        desk.wait_for("siap", timeout=3600)


def test_nothing_stays_behind(tmp_path: Path) -> None:
    opened = Terminals(tmp_path)
    stubborn = opened.start(shell("trap '' HUP TERM; echo siap; while :; do sleep 1; done"))
    stubborn.wait_for("siap")
    closed = opened.start(["cat"])
    closed.close()
    process = opened.process(shell("trap '' TERM; echo siap; while :; do sleep 1; done"))
    process.wait_for("siap")
    pids = [stubborn.pid, process.pid]
    opened.close()
    assert all(gone(pid) for pid in pids)


SERVER = """
import sys
from http.server import HTTPServer, SimpleHTTPRequestHandler
server = HTTPServer(("127.0.0.1", int(sys.argv[1])), SimpleHTTPRequestHandler)
print("siap", flush=True)
server.serve_forever()
"""


def test_a_process_is_awaited_killed_restarted_and_stopped(terminals: Terminals) -> None:
    port = free_port()
    central = terminals.process(
        [sys.executable, "-c", SERVER, str(port)], ready=re.compile("s.ap"), port=port
    )
    first = central.pid
    central.kill9()
    assert central.exit_code() == -9
    assert gone(first)
    central.restart()
    assert central.alive
    assert central.pid != first
    assert central.stop() == -15


def test_a_process_that_ends_early_says_why(terminals: Terminals) -> None:
    with pytest.raises(NotSeen, match=r"ended with 2; it wrote:\nport dipakai"):
        terminals.process(shell("echo port dipakai; exit 2"), ready="siap")
