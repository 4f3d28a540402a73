"""AKAPELA (SOP 060/Dukcapil-PDIP/702/2020), a day at the telephone: every branch once.

A mother asks about her child's KADO CAMER case, others about a rule, an entry that is wrong, papers
that are not signed or not fetched. One call is put on hold for the next, one is cut off, one caller
calls again, one is never reached.
"""

from __future__ import annotations

import re

from kiosk.cases.calls import CALL_BACK
from kiosk.screens.callbacks import CallBackScreen
from kiosk.screens.case import CaseScreen
from kiosk.screens.outcome import OutcomeScreen
from kiosk.screens.telephone import TelephoneScreen
from kiosk.screens.work import WorkScreen
from kiosk.training import sample_birth
from kiosk.widgets.form_view import FormView
from tests.days.walk import MOST_LOOKS, NUMBER, Day, branches_of

SLUG = "akapela"
BY_INTAKE = {(SLUG, "1", "masuk")}
"""The telephone rings: what is typed at step 2 is the only trace of it (begins = "2")."""

DESK = "tari"
"""Who answers the telephone."""


async def ring(day: Day, kind: str, caller: int, **values: str) -> str:
    """The telephone rings, and the officer types what he hears; the case is open then."""
    await day.log_in(DESK)
    if not isinstance(day.at.app.screen, TelephoneScreen):
        await day.keys("<f2>")
    await day.top(TelephoneScreen)
    call = {
        "telepon": f"62812777{caller:05}",
        "nama": f"PENELEPON {'ABCDEFGHIJKLMN'[caller]}",
        "jenis": kind,
        "isi": "Menanyakan dokumennya",
    }
    await day.fill(call | values, await day.top(FormView))
    screen = await day.see(re.compile(r"(?s)Kasus PGD.*Tercatat PGD"))
    await day.top(CaseScreen)
    found = NUMBER.search(screen)
    assert found
    return found[0]


async def told(day: Day, number: str, label: str, **values: str) -> None:
    """From the worklist to the screen that shows the number to dial, and what came of it."""
    await day.log_in(DESK)
    await day.keys("<f5>")
    shown = re.compile(r"\[([^]]+): \d+\]")
    await day.see(shown)
    calls_back = (await day.state(number)).step == CALL_BACK
    wanted = "Panggil balik" if calls_back else "Menunggu saya"
    while (view := shown.search(day.at.text)) and view[1] != wanted:
        await day.keys("<right>")
        await day.at.see_gone(view[0])
        await day.see(shown)
    await day.see(re.compile(rf"(?s)\[{wanted}:.*{number}"))
    records = (await day.top(WorkScreen)).records
    keys = [row.key for row in await records.source.rows(0, 100)]
    await day.keys("<home>", *["<down>"] * keys.index(number))
    await day.see(re.compile(rf"(?m)^>.{number}"))
    await day.keys("<enter>")
    await day.top(CallBackScreen)
    line = re.compile(rf"(?m)^ +(\d)  {label}")
    found = line.search(await day.see(line))
    assert found
    before = (await day.state(number)).last_line
    await day.keys(found[1])
    for _ in range(MOST_LOOKS):
        await day.at.pilot.pause(0.01)
        if (await day.state(number)).last_line > before:
            break
        if isinstance(day.at.app.screen, OutcomeScreen):
            await day.fill(values)
    assert (await day.state(number)).last_line > before, day.at.text


class Calls:
    """The numbers of this day's complaints."""

    policy = doubt = wrong = right = unsigned = later = ready = fetched = cut = ""


async def a_mother_calls(day: Day) -> None:
    """Her number is enough: her case stands below the form before anything else is typed."""
    await day.log_in(DESK)
    await day.sync()
    await day.log_in("siti")
    await day.sync()
    values = sample_birth(1, day.today)
    (birth,) = await day.take_in("siti", "kado-camer", values)
    await day.sync()
    await day.log_in(DESK)
    await day.see("Ketik nomor penelepon")
    await day.keys(values["telepon"])
    await day.see(re.compile(rf"Kado Camer +{birth}"))
    await day.keys("<pagedown>", "<enter>")
    await day.see(f"Ditautkan dengan {birth}.")
    number = await ring(day, "informasi", 0, telepon=values["telepon"], resi_terkait=birth)
    await day.act(DESK, number, "Jawab sendiri")
    await day.act(DESK, number, "Jawabannya ada", catatan="KIA menyusul 3 hari")
    await told(day, number, "Tersampaikan")
    assert (await day.state(number)).status == "tutup"
    assert [link.number for link in (await day.state(birth)).links] == [number]


async def two_calls_at_once(day: Day, calls: Calls) -> None:
    """One is put on hold for the other, and taken up again."""
    await day.keys("<f2>")
    await day.top(TelephoneScreen)
    await day.keys("081277700001", "<enter>", "penelepon", "<f2>")
    await day.see("Panggilan tadi ditahan.")
    calls.policy = await ring(day, "informasi", 2)
    await day.act(DESK, calls.policy, "Jawab sendiri")
    await day.act(DESK, calls.policy, "Tanya Kepala Seksi", tunggu="menunggu")
    await day.keys("<f2>")
    await day.see("Tertahan: 1")
    await day.keys("<pagedown>", "<enter>")
    await day.see("Panggilan dilanjutkan.")
    calls.doubt = await ring(day, "kebijakan", 1)
    await day.act(DESK, calls.doubt, "Tanya Kepala Seksi", tunggu="kembali")


async def every_kind_goes_its_way(day: Day, calls: Calls) -> None:
    """Wrong entry, not signed, not fetched; one call is cut off."""
    calls.wrong = await ring(day, "data", 3)
    await day.act(DESK, calls.wrong, "Teruskan ke Operator Editor")
    calls.right = await ring(day, "data", 4)
    await day.act(DESK, calls.right, "Teruskan ke Operator Editor")
    calls.unsigned = await ring(day, "belum-terbit", 5)
    await day.act(DESK, calls.unsigned, "Minta disegerakan")
    calls.later = await ring(day, "pengambilan", 6)
    calls.ready = await ring(day, "pengambilan", 7)
    calls.fetched = await ring(day, "pengambilan", 8)
    for number in (calls.later, calls.ready, calls.fetched):
        await day.act(DESK, number, "Tanya loket pengambilan")
    calls.cut = await ring(day, "informasi", 9)
    await day.act(DESK, calls.cut, "Telepon terputus")


async def one_calls_again(day: Day, calls: Calls) -> None:
    """A second call about what is open already is noted there."""
    await day.keys("<f2>")
    await day.top(TelephoneScreen)
    again = {"telepon": "6281277700003", "nama": "PENELEPON D"}
    await day.fill(again | {"jenis": "data", "isi": "Masih salah"})
    await day.see("sudah mengadukan hal sejenis")
    await day.pick(calls.wrong)
    await day.see("Panggilan ditambahkan ke pengaduan ini.")
    lines = (await day.state(calls.wrong)).lines
    assert [line.note for line in lines if line.act == "panggilan"] == ["Masih salah"]


async def the_dinas_answers(day: Day, calls: Calls) -> None:
    """Each task lies on the worklist of whose it is, and goes back with its answer."""
    await day.sync()
    await day.act("puja", calls.later, "Belum terbit, segerakan")
    await day.act("puja", calls.ready, "Siap diambil", catatan="Loket 2, bawa resi")
    await day.act("puja", calls.fetched, "Sudah diambil", catatan="Oleh ayahnya, kemarin")
    corrected = {"catatan": "Nama ibu diperbaiki", "dokumen_ref": "SIAK-7"}
    await day.act("edo", calls.wrong, "Diperbaiki, diterbitkan", **corrected)
    await day.act("edo", calls.right, "Belum dapat diperbaiki", catatan="Bawa ijazah")
    await day.act("rina", calls.policy, "Kasi menjawab", catatan="Boleh dengan surat domisili")
    await day.act("rina", calls.doubt, "Masih ragu, ke Kabid", catatan="Warga luar kota")
    await day.act("rina", calls.unsigned, "Sudah diterbitkan", catatan="TTE tadi pagi")
    promised = {"tanggal_terbit": day.today.isoformat(), "catatan": "Blanko habis"}
    await day.act("rina", calls.later, "Belum, ada perkiraan", **promised)
    await day.act("hendra", calls.doubt, "Kabid menjawab", catatan="Boleh, dengan SPTJM")
    await day.sync()


async def the_callers_are_told(day: Day, calls: Calls) -> None:
    """The answers stand first; who is gone is called back, one in vain."""
    await day.log_in(DESK)
    await day.see("Jawaban siap: 8")
    answered = (calls.policy, calls.right, calls.unsigned, calls.later, calls.ready, calls.fetched)
    for number in answered:
        await told(day, number, "Tersampaikan")
    await told(day, calls.wrong, "Penelepon sudah tidak ada")
    await told(day, calls.wrong, "Tersampaikan")
    await told(day, calls.doubt, "Penelepon sudah tidak ada")
    for _ in range(3):
        await told(day, calls.doubt, "Belum tersambung")
    await told(day, calls.doubt, "Tidak tersampaikan", alasan="Tiga kali tidak diangkat")
    await told(day, calls.cut, "Tersambung, belum selesai")
    await day.act(DESK, calls.cut, "Jawab sendiri")
    await day.act(DESK, calls.cut, "Jawabannya ada", catatan="Buka Sabtu")
    await told(day, calls.cut, "Tersampaikan")


async def test_a_day_at_the_telephone(begin_day):
    async with begin_day() as day:
        calls = Calls()
        await a_mother_calls(day)
        await two_calls_at_once(day, calls)
        await every_kind_goes_its_way(day, calls)
        await one_calls_again(day, calls)
        await the_dinas_answers(day, calls)
        await the_callers_are_told(day, calls)
        assert await day.at.do(day.at.desk("PGD").calls.waiting) == []
        taken = {one for one in await day.branches_taken() if one[0] == SLUG}
        assert taken == branches_of(SLUG) - BY_INTAKE
