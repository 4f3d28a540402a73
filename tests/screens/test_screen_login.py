"""Who sits at the desk: the number and the PIN, waiting, leaving, locking, changing officers."""

from __future__ import annotations

import asyncio

from kiosk.training import sample_birth


async def test_a_number_that_nobody_has_and_a_wrong_pin_are_said(counter):
    async with counter() as at:
        await at.see("PIN 1111")
        await at.keys("99", "<enter>", "1111", "<enter>")
        await at.see("Nomor petugas tidak ada. Lihat daftar di atas.")
        await at.keys("<escape>", "1", "<enter>", "4321", "<enter>")
        await at.see("PIN salah. Ketik lagi.")
        assert not at.app.seated
        assert "4321" not in at.text
        await at.keys("1111", "<enter>")
        await at.see("Menunggu saya")
        assert "Siti Rahmawati" in at.lines[-2]


async def test_a_pin_typed_before_the_screen_keeps_up_is_not_read_in_the_numbers_field(counter):
    async with counter() as at:
        await at.see("PIN 1111")
        await at.keys("1\r1111")
        await at.see("****")
        assert at.app.screen.query_one("#officer").value == "1"
        await at.keys("<enter>")
        await at.see("Menunggu saya")


async def test_after_five_wrong_pins_there_is_a_wait_even_for_the_right_one(counter):
    async with counter() as at:
        await at.see("PIN 1111")
        await at.keys("1", "<enter>")
        for _ in range(5):
            await at.keys("4321", "<enter>")
            await at.see("Ditolak: PIN salah")
            await at.see_gone("****")
        await at.keys("1111", "<enter>")
        await at.see("Tunggu 60 detik")
        assert not at.app.seated


async def test_zero_closes_the_kiosk_after_a_yes(counter):
    async with counter() as at:
        await at.see("Tutup kiosk")
        await at.keys("0", "<enter>")
        await at.see("Tutup kiosk di layar ini?")
        await at.keys("t")
        await at.see_gone("Tutup kiosk di layar ini?")
        assert at.app.is_running
        await at.keys("0\r")
        await at.see("Tutup kiosk di layar ini?")
        await at.keys("y")
        for _ in range(100):
            if at.app.return_value == 0:
                break
            await asyncio.sleep(0.01)
        assert at.app.return_value == 0


async def test_before_the_login_no_key_and_no_scan_opens_anything(counter, city):
    async with counter() as at:
        await at.see("PIN 1111")
        at.scan(city.numbers[0])
        await at.see("Masuk dahulu, lalu pindai.")
        await at.keys(*(f"<f{n}>" for n in range(2, 11)))
        assert len(at.app.screen_stack) == 1


async def test_locking_uncovers_the_login_screen_and_nothing_of_the_case_stays(counter, city):
    async with counter("siti") as at:
        await at.open_case(city.numbers[10])
        await at.keys("<f10>")
        screen = await at.see("Nomor petugas")
        assert city.numbers[10] not in screen
        assert "EKA LESTARI" not in screen
        assert not at.app.seated


async def test_what_was_done_stays_with_the_officer_who_did_it(counter):
    async with counter("siti", codes=("RSA",)) as at:
        desk = at.desk("RSA")
        values = sample_birth(40, desk.intake.today())
        (first,) = await at.do(desk.intake.submit, "kado-camer", values)
        await at.begin()
        await at.see("Nama bayi")
        await at.keys("CAHAYA", "<enter>")
        await at.at("Jenis kelamin")
        await at.sit("murni")
        values = sample_birth(41, desk.intake.today())
        (second,) = await at.do(desk.intake.submit, "kado-camer", values)
        authors = [
            (await at.do(desk.core.known, made.number)).lines[0].officer for made in (first, second)
        ]
        assert authors == ["siti", "murni"]
        await at.begin()
        await at.see("Nama bayi")
        assert "CAHAYA" not in at.text
        assert "Lanjutkan?" not in at.text


async def test_the_desk_locks_itself_only_when_nobody_types(counter):
    async with counter("siti", codes=("RSA",)) as at:
        idle = at.app.door.settings.lock_minutes * 60 + 1
        at.app.last_active -= idle
        await at.keys("<down>")
        await at.app._lock_when_idle()
        await at.pilot.pause()
        assert at.app.seated
        at.app.last_active -= idle
        await at.app._lock_when_idle()
        await at.see("Nomor petugas")
        assert not at.app.seated


async def test_every_officer_can_be_reached_though_they_fill_more_than_a_screen(counter):
    async with counter(codes=("RSA",)) as at:
        await at.see("PIN 1111")
        door, card = at.app.screen._seats[0]
        many = [type(card)(f"p{n}", f"Petugas {n}", "P", card.roles, "") for n in range(30)]
        at.app.doors = [_Crowd(door, many)]
        at.app.screen._list()
        await at.pilot.pause()
        assert "Petugas 29" not in at.text
        await at.keys("<pagedown>", "<pagedown>")
        await at.see("Petugas 29")


class _Crowd:
    """A door with more officers than a training kiosk has."""

    def __init__(self, door, officers):
        self.settings = door.settings
        self._officers = officers

    def officers(self):
        return self._officers


async def test_f10_locks_the_desk_also_while_a_window_is_open(counter):
    async with counter(officer="siti") as at:
        await at.keys("<f2>")
        await at.see("Permohonan apa?")
        await at.keys("<f10>")
        await at.see("Nomor petugas")
        assert not at.app.seated
        await at.sit("siti")
