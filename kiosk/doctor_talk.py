"""What ``kiosk doctor`` says; kiosk/doctor_trials.py has what it asks."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from typing import Any

from config.devices import PAPERS, Device
from drivers.presence.look import look
from drivers.profiles import PROFILES
from drivers.rights import install, missing_rights
from drivers.trouble import DeviceTrouble
from kiosk.cli import complain
from kiosk.doctor import Doctor, Finding, kind_of
from kiosk.doctor_calendar import calendar_hints
from kiosk.doctor_ears import hear
from kiosk.doctor_trials import Trials
from kiosk.screens.device_words import kind_word
from kiosk.texts import said, said_words, say


def report(findings: list[Finding]) -> Iterator[str]:
    """The findings in words."""
    if not findings:
        yield say("Tidak ada perangkat yang ditemukan.")
    for one in findings:
        use = say("dipakai") if one.in_use else say("belum dipakai")
        state = one.trouble or (say("siap") if one.present else say("tidak terhubung"))
        yield f"{one.name}  [{one.address}]"
        yield f"    {kind_word(one.kind)}, {use}: {state}"
        if one.profile:
            yield "    " + say("profil {p}, bukti {b}", p=one.profile, b=one.proof)
        if one.papers:
            yield "    " + say("kertas: {kertas}", kertas=", ".join(one.papers))
        if one.prefix or one.suffix:
            marks = {"awalan": one.prefix or "-", "akhiran": one.suffix or "-"}
            yield "    " + say("pindaian: awalan {awalan}, akhiran {akhiran}", **marks)
        if one.abilities:
            lines = _skills if one.kind == "document" else _abilities
            yield from (f"    {line}" for line in lines(one.abilities))
        if one.format:
            yield "    " + say("Halaman disimpan sebagai {bentuk}.", bentuk=one.format.upper())


def _abilities(able: Mapping[str, Any]) -> Iterator[str]:
    """What a printer can do."""
    named = [key for key, value in able.items() if value is True and key != "sure"]
    model = [able["model"]] if able["model"] else []
    yield say("kemampuan: {daftar}", daftar=", ".join([*model, *named]) or "-")
    yield able["says"]


def _skills(able: Mapping[str, Any]) -> Iterator[str]:
    """What a document scanner can do."""
    inlets = {"glass": say("kaca"), "feeder": say("pengumpan (ADF)")}
    yield say("tempat kertas: {daftar}", daftar=_listed(inlets[key] for key in inlets if able[key]))
    dots = ("-" if able["span"] else ", ").join(map(str, able["resolutions"])) or "?"
    yield say("resolusi: {daftar} dpi", daftar=dots)
    colours = {"abu": say("abu-abu"), "warna": say("warna"), "hitam-putih": say("hitam putih")}
    yield say("warna: {daftar}", daftar=_listed(colours[one] for one in able["colours"]))
    yield say("bentuk gambar: {daftar}", daftar=_listed(able["formats"]))


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words) or "?"


def profiles() -> list[str]:
    """The kinds of printers, each with its label."""
    return [f"{name}: {said(profile.label)}" for name, profile in PROFILES.items()]


def as_json(findings: list[Finding], rights: list[str], hints: list[str]) -> str:
    """The findings for other programs."""
    good = not rights and not any(one.trouble for one in findings if one.in_use)
    facts = {
        "ok": good,
        "devices": [asdict(one) for one in findings],
        "rights": rights,
        "hints": hints,
    }
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
    patient.hints += calendar_hints(args.data, date.today())
    rights = [said_words(one) for one in missing_rights(getpass.getuser())]
    if args.json:
        print(as_json(findings, rights, patient.hints))
    else:
        print("\n".join([*report(findings), *rights, *patient.hints]))
        if sys.stdin.isatty():
            with suppress(EOFError):  # Ctrl+D: enough of it
                Trials(patient, input, print, hear).run(findings)
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
    if kept.kind == "printer":
        print(say("{nama} dipakai ({bukti}).", nama=kept.name, bukti=kept.proof))
    else:
        print(say("{nama} dipakai.", nama=kept.name))
    return 0


def _install_rights() -> int:
    user = os.environ.get("SUDO_USER") or getpass.getuser()
    for line in install(user):
        print(said_words(line))
    return 0
