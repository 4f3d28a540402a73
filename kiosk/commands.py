"""The verbs of the command line besides the screen."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from config.roles import PROFILES
from kiosk import central_command, purge_command, report_command, sync_command, verify_command
from kiosk.cli import complain, default_folder
from kiosk.texts import say


def run(words: Sequence[str]) -> int:
    """Run one verb; gives the exit code."""
    from config.errors import ConfigError
    from kiosk.desk.front import DeskRefused
    from kiosk.desk.views import Refusal

    args = _parser().parse_args(words)
    try:
        code = args.run(args)
        sys.stdout.flush()
    except (DeskRefused, Refusal, ConfigError) as error:
        return complain(str(error))
    except BrokenPipeError:
        # Who reads has gone, and that is no fault; nor shall the flush at the end complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        file = error.filename or args.data
        return complain(
            say("{file} tidak dapat dibaca atau ditulis ({why}).", file=file, why=error.strerror)
        )
    return code


def _given(limit: int, line: bool = False) -> str:
    """What came on stdin (its first ``line``), at most ``limit`` bytes, read as text whatever
    it is."""
    raw = sys.stdin.buffer.readline(limit) if line else sys.stdin.buffer.read(limit)
    return raw.decode(errors="replace")


def _parser() -> argparse.ArgumentParser:
    ask = argparse.ArgumentParser(
        prog="kiosk",
        description="Loket Luring: tanpa perintah, layar kiosk; dengan perintah, satu pekerjaan.",
        epilog="contoh: kiosk --data D   |   kiosk demo   |   kiosk verify --data D",
    )
    verbs = ask.add_subparsers(required=True, metavar="PERINTAH")

    def verb(name: str, call: object, says: str, example: str) -> argparse.ArgumentParser:
        one = verbs.add_parser(name, help=says, description=says, epilog=f"contoh: {example}")
        one.add_argument("--data", type=Path, default=default_folder(), metavar="DIR")
        one.set_defaults(run=call)
        return one

    _found_with(
        verb(
            "init",
            _init,
            "Buat folder data kiosk baru.",
            "kiosk init --data D --code RSA --profile rs --name 'RSUD Arifin Achmad'",
        )
    )
    _enrol_with(
        verb(
            "enrol",
            _enrol,
            "Daftarkan petugas; PIN dibaca dari masukan standar.",
            "echo 1234 | kiosk enrol --data D --id siti --name 'Siti R.'"
            " --roles operator-fasilitas",
        )
    )
    central = verb(
        "central",
        central_command.run,
        "Jalankan layanan pusat.",
        "kiosk central --data P --port 8470",
    )
    central_command.add_arguments(central)

    sync_command.add_arguments(
        verb("sync", sync_command.run, "Tukar data dengan pusat.", "kiosk sync --data D --once")
    )
    verify_command.add_arguments(
        verb(
            "verify",
            verify_command.run,
            "Periksa seluruh jurnal, atau satu QR resi; --pusat: buktikan bahwa pusat memilikinya.",
            "kiosk verify --data D   |   kiosk verify --data D --pusat",
        )
    )
    purge_command.add_arguments(
        verb(
            "purge",
            purge_command.run,
            "Hapus isi kasus selesai yang melewati masa simpan (retention_days).",
            "kiosk purge --data D --dry-run",
        )
    )

    report_command.add_arguments(
        verb(
            "report",
            report_command.run,
            "Register dan laporan SOP untuk satu masa; tanpa --kind: apa saja yang ada.",
            "kiosk report --data D --procedure kado-camer --kind registrasi --from 2026-11-01",
        )
    )

    verb("rebuild", _rebuild, "Susun ulang tabel baca dari jurnal.", "kiosk rebuild --data D")

    _examine_with(
        verb(
            "doctor",
            _doctor,
            "Periksa printer, pemindai dan hak pakainya; cetak halaman uji.",
            "kiosk doctor --data D   |   kiosk doctor --data D --use tcp:10.0.0.5:9100"
            " --profile 80",
        )
    )
    cases = verb("cases", _cases, "Daftar kasus di kiosk ini.", "kiosk cases --data D --json")
    cases.add_argument("--json", action="store_true")
    cases.add_argument("--find", default="", metavar="TEKS")
    return ask


def _found_with(init: argparse.ArgumentParser) -> None:
    init.add_argument("--code", required=True, help="kode kiosk, 3 huruf atau angka")
    init.add_argument("--profile", required=True, choices=list(PROFILES))
    init.add_argument("--name", required=True, help="nama kantor atau fasilitas")
    init.add_argument("--address", default="", help="mis. uptd:14.71.10, pengaduan:01")
    init.add_argument("--central", default="", metavar="URL")
    init.add_argument("--central-key", default="", metavar="HEX")
    init.add_argument("--language", default="id", choices=["id", "en"])


def _enrol_with(enrol: argparse.ArgumentParser) -> None:
    enrol.add_argument("--id", required=True)
    enrol.add_argument("--name", required=True)
    enrol.add_argument("--initials", default="")
    enrol.add_argument("--roles", required=True, help="dipisah koma")


def _examine_with(doctor: argparse.ArgumentParser) -> None:
    doctor.add_argument("--json", action="store_true")
    doctor.add_argument("--install", action="store_true", help="pasang hak pakai (perlu sudo)")
    doctor.add_argument("--use", metavar="ALAMAT", help="pakai perangkat di alamat ini")
    doctor.add_argument("--profile", default="58", help="jenis printer; ? menampilkan daftarnya")
    doctor.add_argument("--name", default="", help="nama perangkat di layar")
    doctor.add_argument("--papers", default="", help="kertas untuk printer ini, dipisah koma")


def _init(args: argparse.Namespace) -> int:
    from config.settings import Settings
    from kiosk.desk.setup import ADMISSION, found

    address = args.address or {"rs": f"rs:{args.code}", "dinas": "dinas"}.get(args.profile, "")
    if not address:
        example = "uptd:14.71.10" if args.profile == "uptd" else f"{args.profile}:01"
        return complain(say("Tempat ini perlu --address, misalnya {contoh}", contoh=example))
    settings = Settings(
        code=args.code,
        name=args.name,
        profile=args.profile,
        address=address,
        central_url=args.central,
        central_key=args.central_key,
        language=args.language,
    )
    card = found(args.data, settings)
    print(json.dumps(card, ensure_ascii=False))
    print(say("Kiosk dibuat. Bawa {file} ke pusat.", file=args.data / ADMISSION), file=sys.stderr)
    return 0


def _enrol(args: argparse.Namespace) -> int:
    from config.roles import ROLES
    from kiosk.desk.desk import Desk
    from kiosk.keys import BadPin, OfficerCard

    roles = tuple(role.strip() for role in args.roles.split(",") if role.strip())
    unknown = [role for role in roles if role not in ROLES]
    if unknown or not roles:
        return complain(
            say(
                "Peran {role} tidak dikenal. Yang ada: {all}",
                role=", ".join(unknown) or "-",
                all=", ".join(ROLES),
            )
        )
    initials = args.initials or "".join(word[0] for word in args.name.split())[:3].upper()
    if sys.stdin.isatty():
        pin = getpass.getpass(say("PIN untuk {name}: ", name=args.name)).strip()
    else:
        pin = _given(100, line=True).strip()
    desk = Desk.open(args.data)
    try:
        if any(card.officer == args.id for card in desk.front.officers()):
            return complain(say("Petugas {id} sudah terdaftar.", id=args.id))
        desk.session.enrol(OfficerCard(args.id, args.name, initials, roles), pin)
    except BadPin as error:
        return complain(str(error))
    finally:
        desk.close()
    return 0


def _rebuild(args: argparse.Namespace) -> int:
    from kiosk.desk.checkup import rebuild
    from kiosk.desk.desk import Desk

    desk = Desk.open(args.data)
    try:
        print(say("Disusun ulang dari {entries} entri.", entries=rebuild(desk)))
    finally:
        desk.close()
    return 0


def _cases(args: argparse.Namespace) -> int:
    from kiosk.desk.desk import Desk

    desk = Desk.open(args.data)
    try:
        rows = desk.work.search(args.find, 1000) if args.find else desk.work.everything()
        for row in rows:
            if args.json:
                print(
                    json.dumps(
                        {
                            "nomor": row.number,
                            "prosedur": row.procedure,
                            "nama": row.name,
                            "anak": row.name,  # as before the other procedures came
                            "ibu": row.mother,
                            "langkah": row.step,
                            "status": row.status,
                            "di": row.wait_place,
                            "tersinkron": row.synced,
                        },
                        ensure_ascii=False,
                    )
                )
            else:
                print(f"{row.number}  {row.step or '-':2} {row.status:13} {row.name}")
    finally:
        desk.close()
    return 0


def _doctor(args: argparse.Namespace) -> int:
    from kiosk.doctor_talk import run

    return run(args)
