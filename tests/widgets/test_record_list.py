"""A list that costs what it shows."""

from __future__ import annotations

import asyncio

from kiosk.widgets.record_list import Column, ListSource, RecordList, Row

COLUMNS = (Column("Nomor", 12), Column("Nama"), Column("Umur", 6, "right"))


class Counted:
    """A source of any size that knows what it was asked for."""

    def __init__(self, size: int, first: int = 0) -> None:
        self.size = size
        self.first = first
        self.asked = 0

    async def count(self) -> int:
        return self.size

    async def rows(self, offset: int, limit: int) -> list[Row]:
        self.asked += limit
        numbers = range(self.first + offset, self.first + min(offset + limit, self.size))
        return [Row(f"k{n}", (f"N{n}", f"Nama {n}", f"{n} d")) for n in numbers]

    async def position(self, key: str) -> int | None:
        at = int(key[1:]) - self.first
        return at if 0 <= at < self.size else None


async def test_a_hundred_thousand_rows_cost_what_a_hundred_cost(stage):
    asked: list[int] = []
    for size in (100, 100_000):
        source = Counted(size)
        async with stage(RecordList(COLUMNS, source)) as on:
            await on.type("<pagedown>", "<end>", "<pageup>", "<home>", "<down>", "<enter>")
            assert on.screen.chosen == ["k1"]
            await on.type("<end>", "<enter>")
            assert on.screen.chosen[-1] == f"k{size - 1}"
            assert f"Nama {size - 1} " in on.text
        asked.append(source.asked)
    assert asked[1] <= asked[0] + 4 * 105  # 4 screens more, not 999 times as many


async def test_the_row_under_the_cursor_is_marked_and_the_console_cursor_stands_on_it(stage):
    records = RecordList(COLUMNS, Counted(50))
    async with stage(records) as on:
        await on.type("<down>", "<down>")
        assert records.current == Row("k2", ("N2", "Nama 2", "2 d"))
        (row,) = [y for y, line in enumerate(on.lines()) if line.startswith("> N2")]
        assert on.app.cursor_position == (0, row)
        strip = on.screen._compositor.render_strips()[row]
        assert any(segment.style and segment.style.reverse for segment in strip)
        assert all(len(line) == 80 for line in on.lines())


async def test_marks_stay_with_their_record(stage):
    records = RecordList(COLUMNS, Counted(50), marks=True)
    async with stage(records) as on:
        await on.type(" ", "<down>", " ")
        assert records.marked == {"k0", "k2"}
        await records.reload(Counted(50, first=1))
        await on.pilot.pause()
        assert [line[:7] for line in on.lines() if line[1] == "*"] == [" *N2   "]


async def test_reload_keeps_the_cursor_on_its_record(stage):
    records = RecordList(COLUMNS, Counted(500))
    async with stage(records) as on:
        await records.move_to("k300")
        await records.reload(Counted(500, first=100))
        assert records.current is not None
        assert (records.current.key, records.cursor) == ("k300", 200)
        await records.reload(Counted(10))
        assert records.cursor == 9
        await on.pilot.pause()
        assert "> N9" in on.text
        assert not await records.move_to("k300")


async def test_an_empty_list_says_so(stage):
    records = RecordList(COLUMNS, ListSource([]), empty="Tidak ada berkas menunggu.")
    async with stage(records) as on:
        assert "Tidak ada berkas menunggu." in on.text
        await on.type("<down>", "<end>", "<enter>", " ")
        assert on.screen.chosen == []
        assert records.current is None


async def test_what_comes_from_elsewhere_cannot_write_on_the_terminal(stage):
    evil = Row("1", ("N1", "Siti\x1b[2J\x07\u2019s", "1"))
    async with stage(RecordList(COLUMNS, ListSource([evil]))) as on:
        assert "Siti?[2J?'s" in on.text


async def test_a_slow_first_reading_does_not_overwrite_the_one_asked_for_later(stage):
    gate = asyncio.Event()

    class Slow(Counted):
        async def count(self) -> int:
            await gate.wait()
            return self.size

    records = RecordList(COLUMNS, Slow(0))
    async with stage(records) as on:
        later = asyncio.create_task(records.reload(Counted(7)))
        await asyncio.sleep(0)
        gate.set()
        await later
        await on.pilot.pause()
        assert records.total == 7
        assert "Nama 6" in on.text
