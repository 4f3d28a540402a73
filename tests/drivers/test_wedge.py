"""The wedge: each key is released in order or part of a scan, never both, and none is lost."""

import random
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.wedge import LIMIT, Released, Scan, Wedge

NAMES = {
    "\x00": "ctrl+@",
    **{chr(code): f"ctrl+{chr(96 + code)}" for code in range(1, 27)},
    "\x08": "backspace",
    "\t": "tab",
    "\r": "enter",
    "\x1b": "escape",
    "\x1c": "ctrl+backslash",
    "\x1d": "ctrl+right_square_bracket",
    "\x1e": "ctrl+circumflex_accent",
    "\x1f": "ctrl+underscore",
    "\x7f": "backspace",
    " ": "space",
}
"""What Textual calls the keys, written here anew from its key table."""


@dataclass(eq=False)
class Key:
    """Stands for the event object of a terminal library."""

    name: str
    character: str | None


def key(character: str) -> Key:
    return Key(NAMES.get(character, character), character)


class Desk:
    """Feeds a wedge as the app does: with a clock, and a timer that runs when keys are held."""

    def __init__(self) -> None:
        self.wedge = Wedge()
        self.now = 1000.0
        self.got: list[object] = []

    def type(self, text: str, gap: float) -> "Desk":
        for character in text:
            self.press(key(character), gap)
        return self

    def press(self, pressed: Key, gap: float) -> None:
        due = self.wedge.due
        if due is not None and due < self.now + gap:
            self._note(self.wedge.flush(due))
        self.now += gap
        self._note(self.wedge.feed(pressed, pressed.name, pressed.character, self.now))

    def rest(self) -> list[object]:
        """Nothing more is typed: what came out, text of released keys joined."""
        if self.wedge.due is not None:
            self._note(self.wedge.flush(self.wedge.due))
        assert self.wedge.due is None
        return self.got

    def _note(self, decided: list[Released | Scan]) -> None:
        for verdict in decided:
            if isinstance(verdict, Scan):
                self.got.append(verdict)
                continue
            text = "".join(e.character or e.name for e in verdict.events if isinstance(e, Key))
            if self.got and isinstance(self.got[-1], str):
                self.got[-1] += text
            else:
                self.got.append(text)


@pytest.mark.parametrize("gap", [0.0005, 0.001, 0.010, 0.030])
@pytest.mark.parametrize("ending", ["\r", "\t", "\r\n"])
def test_fast_characters_ended_by_enter_or_tab_are_a_scan(gap: float, ending: str) -> None:
    assert Desk().type("RSA1-261121-0001-K" + ending, gap).rest() == [Scan("RSA1-261121-0001-K")]


@pytest.mark.parametrize("gap", [0.001, 0.030, 0.100, 0.190])
def test_stx_decides_alone_however_short_or_slow(gap: float) -> None:
    assert Desk().type("\x02A\r", gap).rest() == [Scan("A")]


def test_control_characters_inside_a_scan_fire_nothing() -> None:
    payload = "]C1" + "01\x1d17\x1e21\x1f\x04\x00\x11\x0b\n99"
    assert Desk().type(payload + "\r", 0.001).rest() == [Scan(payload)]
    marked = payload + "\t\x1b\x08\x7f\x02"
    assert Desk().type("\x02" + marked + "\r", 0.001).rest() == [Scan(marked)]


def test_control_keys_without_a_character_count_as_theirs() -> None:
    desk = Desk()
    for pressed in ("a", "b", "c", "d", "e"):
        desk.press(Key(pressed, pressed), 0.001)
    desk.press(Key("ctrl+right_square_bracket", None), 0.001)
    desk.press(Key("enter", None), 0.001)
    assert desk.rest() == [Scan("abcde\x1d")]


@pytest.mark.parametrize("gap", [0.061, 0.09, 0.13, 0.4])
def test_a_person_typing_gets_every_key_back(gap: float) -> None:
    typed = "Siti Aminah 1471\r"
    assert Desk().type(typed, gap).rest() == [typed]


def test_five_fast_characters_are_no_scan() -> None:
    assert Desk().type("12345\r", 0.001).rest() == ["12345\r"]
    assert Desk().type("123456\r", 0.001).rest() == [Scan("123456")]


def test_a_scan_right_after_typing_leaves_the_typed_keys_alone() -> None:
    desk = Desk().type("Sit", 0.09)
    desk.now += 0.08
    assert desk.type("RSA1-261121\r", 0.001).rest() == ["Sit", Scan("RSA1-261121")]
    assert Desk().type("Si\x02X1\rti", 0.01).rest() == ["Si", Scan("X1"), "ti"]


def test_keys_that_no_scanner_sends_end_the_holding_and_come_back_in_order() -> None:
    desk = Desk().type("abcdefgh", 0.001)
    desk.press(Key("f2", None), 0.001)
    assert desk.type("\r", 0.001).rest() == ["abcdefghf2\r"]


def test_backspace_and_escape_are_never_kept_back() -> None:
    for pressed in ("\x08", "\x1b"):
        wedge = Wedge()
        event = key(pressed)
        assert wedge.feed(event, event.name, pressed, 1.0) == [Released((event,))]


def test_a_lone_ctrl_b_comes_back() -> None:
    assert Desk().type("\x02", 0.0).rest() == ["\x02"]
    assert Desk().type("\x02\r", 0.01).rest() == ["\x02\r"]
    assert Desk().type("\x02ab", 0.3).rest() == ["\x02ab"]


def test_flush_too_early_gives_nothing_and_on_time_everything() -> None:
    wedge = Wedge()
    event = key("a")
    assert wedge.feed(event, "a", "a", 5.0) == []
    assert wedge.due == pytest.approx(5.045)
    assert wedge.flush(5.02) == []
    assert wedge.flush(5.0449) == [Released((event,))]
    assert wedge.flush(9.0) == []


def test_a_blocked_screen_tears_no_scan_apart() -> None:
    # Keys are timed when read; their handling 600 ms later feeds them without any flush between.
    wedge = Wedge()
    decided = [
        wedge.feed(key(c), key(c).name, c, 3.0 + 0.001 * n)
        for n, c in enumerate("1471010101260001\r")
    ]
    assert [v for verdicts in decided for v in verdicts] == [Scan("1471010101260001")]


def test_the_times_of_the_keys_decide_even_when_no_timer_ran() -> None:
    wedge = Wedge()
    typed = [key(c) for c in "1234567\r"]
    decided = [wedge.feed(k, k.name, k.character, 1.0 + 0.08 * n) for n, k in enumerate(typed)]
    assert decided == [
        [],
        *([Released((k,))] for k in typed[:6]),
        [Released((typed[6],)), Released((typed[7],))],
    ]


def test_only_the_lf_that_comes_with_the_cr_belongs_to_the_scan() -> None:
    desk = Desk().type("RSA1-261121\r", 0.001)
    assert desk.type("\n", 0.2).rest() == [Scan("RSA1-261121"), "\n"]
    assert Desk().type("RSA1-261121\r\n\n", 0.001).rest() == [Scan("RSA1-261121"), "\n"]


@pytest.mark.parametrize("prefix", ["", "\x02"])
def test_the_longest_qr_is_read_and_more_is_garbage(prefix: str) -> None:
    longest = "A" * LIMIT
    assert Desk().type(prefix + longest + "\r", 0.001).rest() == [Scan(longest)]
    over = Desk().type(prefix + longest + "BCD\r", 0.001).rest()
    assert over == [Scan(longest, garbage=True)]
    endless = Desk().type(prefix + longest + "BCD", 0.001).rest()
    assert endless == [Scan(longest, garbage=True)]


characters = st.one_of(
    st.sampled_from([chr(code) for code in range(32)] + ["\x7f", "é", "A"]),
    st.characters(min_codepoint=32, max_codepoint=126),
)
presses = st.one_of(
    characters.map(key),
    characters.map(lambda c: Key(NAMES.get(c, c), None)),
    st.sampled_from([Key("f1", None), Key("up", None), Key("alt+a", "a"), Key("ctrl+left", None)]),
)
gaps = st.sampled_from([0.0, 0.001, 0.030, 0.046, 0.060, 0.0601, 0.1, 0.199, 0.201, 1.0, -0.01])
scans = st.tuples(
    st.sampled_from(["", "\x02"]),
    st.text(characters, min_size=1, max_size=30),
    st.sampled_from(["\r", "\t", "\r\n", ""]),
).map(lambda parts: [(key(c), 0.001) for c in "".join(parts)])
streams = st.lists(
    st.one_of(scans, st.tuples(presses, gaps).map(lambda pair: [pair])), max_size=40
).map(lambda groups: [press for group in groups for press in group])


@settings(deadline=None)
@given(streams, st.randoms(use_true_random=False))
def test_each_key_is_released_in_order_or_scanned_never_both_none_lost(
    stream: list[tuple[Key, float]], chance: random.Random
) -> None:
    wedge, now = Wedge(), 100.0
    waiting: list[Key] = []

    def settle(decided: list[Released | Scan]) -> None:
        for verdict in decided:
            if isinstance(verdict, Released):
                count = len(verdict.events)
                assert all(a is b for a, b in zip(verdict.events, waiting, strict=False))
                assert count <= len(waiting)
                del waiting[:count]
            else:
                # A scan takes all that waits, up to the Enter or Tab that is being fed.
                assert waiting[-1].name in ("enter", "tab")
                marked = waiting[0].name == "ctrl+b"
                content = waiting[marked:-1]
                assert len(verdict.text) == len(content)
                assert all(
                    pressed.character in (None, seen)
                    for pressed, seen in zip(content, verdict.text, strict=True)
                )
                waiting.clear()

    after_scan = False
    for pressed, gap in stream:
        if chance.random() < 0.3:
            settle(wedge.flush(now + chance.choice([0.01, 0.05, 0.3])))
        now += gap
        waiting.append(pressed)
        decided = wedge.feed(pressed, pressed.name, pressed.character, now)
        settle(decided)
        if wedge.due is None and waiting:
            assert after_scan, "only the LF of a scanner's CR LF may vanish"
            assert [left.name for left in waiting] == ["ctrl+j"]
            waiting.clear()
        assert bool(waiting) == (wedge.due is not None)
        after_scan = any(isinstance(verdict, Scan) for verdict in decided)
    settle(wedge.flush(now + 10))
    assert waiting == []


@settings(deadline=None)
@given(
    st.text(characters.filter(lambda c: c not in "\r"), min_size=1, max_size=200),
    st.floats(0.0, 0.19),
)
def test_any_payload_after_stx_arrives_whole(payload: str, gap: float) -> None:
    assert Desk().type(f"\x02{payload}\r", gap).rest() == [Scan(payload)]


@settings(deadline=None)
@given(st.text(characters, max_size=60), st.floats(0.0601, 2.0))
def test_whatever_is_typed_slowly_comes_back_unchanged(typed: str, gap: float) -> None:
    typed = typed.replace("\x02", "")
    assert "".join(str(part) for part in Desk().type(typed, gap).rest()) == typed
