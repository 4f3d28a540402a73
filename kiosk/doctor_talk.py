"""What ``kiosk doctor`` says and asks."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict

from config.devices import PAPERS, Device
from drivers.presence.look import look
from drivers.profiles import PROFILES
from drivers.rights import install, missing_rights
from drivers.trouble import DeviceTrouble
from kiosk.cli import complain
from kiosk.doctor import Doctor, Finding, kind_of
from kiosk.texts import said, said_words, say


def report(findings: list[Finding]) -> Iterator[str]:
    """The findings in words."""
    if not findings:
        yield say("Tidak ada perangkat yang ditemukan.")
    for one in findings:
        use = say("dipakai") if one.in_use else say("belum dipakai")
        state = one.trouble or (say("siap") if one.present else say("tidak terhubung"))
        yield f"{one.name}  [{one.address}]"
        yield f"    {one.kind}, {use}: {state}"
        if one.profile:
            yield "    " + say("profil {p}, bukti {b}", p=one.profile, b=one.proof)
        if one.papers:
            yield "    " + say("kertas: {kertas}", kertas=", ".join(one.papers))
        if one.abilities:
            able = [key for key, value in one.abilities.items() if value is True and key != "sure"]
            model = [one.abilities["model"]] if one.abilities["model"] else []
            yield "    " + say("kemampuan: {daftar}", daftar=", ".join([*model, *able]) or "-")
            yield f"    {one.abilities['says']}"


def converse(doctor: Doctor, answer: Callable[[str], str], say_line: Callable[[str], None]) -> None:
    """Try each printer in use with the person at the keyboard."""
    for device in list(doctor.devices.of_kind("printer")):
        if not _yes(answer(say("Cetak halaman uji di {nama}? [y/t] ", nama=device.name))):
            continue
        try:
            expected = doctor.print_test(device)
        except DeviceTrouble as trouble:
            say_line(said_words(trouble.says))
            continue
        if not _yes(answer(say("Apakah halaman itu keluar utuh dan terbaca? [y/t] "))):
            say_line(say("Pilih jenis printer lain: kiosk doctor --use ALAMAT --profile JENIS"))
            continue
        read = answer(say("Pindai QR di halaman itu (Enter melewati): ")).strip()
        if read and read != expected:
            say_line(say("Yang terbaca {teks}, seharusnya {isi}.", teks=read[:60], isi=expected))
            continue
        doctor.passed(device)
        say_line(say("{nama}: baik, tercatat.", nama=device.name))


def _yes(text: str) -> bool:
    return text.strip().casefold()[:1] == "y"


def profiles() -> list[str]:
    """The kinds of printers, each with its label."""
    return [f"{name}: {said(profile.label)}" for name, profile in PROFILES.items()]


def as_json(findings: list[Finding], rights: list[str]) -> str:
    """The findings for other programs."""
    good = not rights and not any(one.trouble for one in findings if one.in_use)
    facts = {"ok": good, "devices": [asdict(one) for one in findings], "rights": rights}
    return json.dumps(facts, ensure_ascii=False, indent=1)


def known_papers(text: str) -> list[str]:
    """The kinds of paper named in a list with commas. Raises ValueError for an unknown one."""
    papers = [one.strip() for one in text.split(",") if one.strip()]
    for paper in papers:
        if paper not in PAPERS:
            raise ValueError(paper)
    return papers


def run(args: argparse.Namespace) -> int:
    """``kiosk doctor`` with its options; gives the exit code."""
    if args.install:
        return _install_rights()
    if args.profile == "?":
        print("\n".join(profiles()))
        return 0
    patient = Doctor(args.data, look())
    if args.use:
        try:
            return _use(patient, args)
        except DeviceTrouble as trouble:
            return complain(said_words(trouble.says))
    findings = patient.examine()
    rights = [said_words(one) for one in missing_rights(getpass.getuser())]
    if args.json:
        print(as_json(findings, rights))
    else:
        print("\n".join([*report(findings), *rights]))
        if sys.stdin.isatty():
            converse(patient, input, print)
    return 1 if any(one.trouble for one in findings if one.in_use) else 0


def _use(patient: Doctor, args: argparse.Namespace) -> int:
    if patient.settings is None:
        return complain(say("Folder {folder} bukan folder kiosk.", folder=args.data))
    try:
        papers = known_papers(args.papers)
    except ValueError as unknown:
        return complain(
            say("Kertas {kertas} tidak dikenal. Yang ada: {all}", kertas=unknown, all=PAPERS)
        )
    if args.profile not in PROFILES:
        return complain(say("Profil tidak dikenal. Yang ada: {all}", all=", ".join(PROFILES)))
    kept = patient.use(
        Device(
            args.use,
            kind_of(args.use),
            args.name or args.use,
            profile=args.profile,
            baud=PROFILES[args.profile].baud,
        ),
        papers,
    )
    print(say("{nama} dipakai ({bukti}).", nama=kept.name, bukti=kept.proof))
    return 0


def _install_rights() -> int:
    user = os.environ.get("SUDO_USER") or getpass.getuser()
    for line in install(user):
        print(said_words(line))
    return 0
