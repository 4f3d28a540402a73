"""The verbs of the command line besides the screen."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from kiosk.cli import complain, default_folder
from kiosk.texts import say

SYNC_EVERY = 30
"""Seconds between two exchanges of ``kiosk sync`` without --once."""


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

    init = verb(
        "init",
        _init,
        "Buat folder data kiosk baru.",
        "kiosk init --data D --code RSA --profile rs --name 'RSUD Arifin Achmad'",
    )
    init.add_argument("--code", required=True, help="kode kiosk, 3 huruf atau angka")
    init.add_argument("--profile", required=True, choices=["rs", "uptd", "dinas"])
    init.add_argument("--name", required=True, help="nama kantor atau fasilitas")
    init.add_argument("--address", default="", help="mis. rs:RSA, uptd:14.71.10, dinas")
    init.add_argument("--central", default="", metavar="URL")
    init.add_argument("--central-key", default="", metavar="HEX")
    init.add_argument("--language", default="id", choices=["id", "en"])

    enrol = verb(
        "enrol",
        _enrol,
        "Daftarkan petugas; PIN dibaca dari masukan standar.",
        "echo 1234 | kiosk enrol --data D --id siti --name 'Siti R.' --roles operator-fasilitas",
    )
    enrol.add_argument("--id", required=True)
    enrol.add_argument("--name", required=True)
    enrol.add_argument("--initials", default="")
    enrol.add_argument("--roles", required=True, help="dipisah koma")

    central = verb(
        "central", _central, "Jalankan layanan pusat.", "kiosk central --data P --port 8470"
    )
    central.add_argument("--host", default="127.0.0.1")
    central.add_argument("--port", type=int, default=8470)
    central.add_argument("--admit", type=Path, metavar="BERKAS", help="kartu-kiosk.json")
    central.add_argument("--key", action="store_true", help="tampilkan kunci publik pusat")

    sync = verb("sync", _sync, "Tukar data dengan pusat.", "kiosk sync --data D --once --json")
    sync.add_argument("--once", action="store_true")
    sync.add_argument("--json", action="store_true")

    verify = verb(
        "verify", _verify, "Periksa seluruh jurnal, atau satu QR resi.", "kiosk verify --data D"
    )
    verify.add_argument("--resi", metavar="TEKS", help="teks QR; - dari masukan standar")
    verify.add_argument("--json", action="store_true")

    verb("rebuild", _rebuild, "Susun ulang tabel baca dari jurnal.", "kiosk rebuild --data D")

    doctor = verb(
        "doctor",
        _doctor,
        "Periksa printer, pemindai dan hak pakainya; cetak halaman uji.",
        "kiosk doctor --data D   |   kiosk doctor --data D --use tcp:10.0.0.5:9100 --profile 80",
    )
    doctor.add_argument("--json", action="store_true")
    doctor.add_argument("--install", action="store_true", help="pasang hak pakai (perlu sudo)")
    doctor.add_argument("--use", metavar="ALAMAT", help="pakai perangkat di alamat ini")
    doctor.add_argument("--profile", default="58", help="jenis printer; ? menampilkan daftarnya")
    doctor.add_argument("--name", default="", help="nama perangkat di layar")
    doctor.add_argument("--papers", default="", help="kertas untuk printer ini, dipisah koma")

    cases = verb("cases", _cases, "Daftar kasus di kiosk ini.", "kiosk cases --data D --json")
    cases.add_argument("--json", action="store_true")
    cases.add_argument("--find", default="", metavar="TEKS")
    return ask


def _init(args: argparse.Namespace) -> int:
    from config.settings import Settings
    from kiosk.desk.setup import ADMISSION, found

    addresses = {"rs": f"rs:{args.code}", "dinas": "dinas", "uptd": ""}
    address = args.address or addresses[args.profile]
    if not address:
        return complain(say("UPTD perlu --address, misalnya uptd:14.71.10"))
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


def _central(args: argparse.Namespace) -> int:
    from sync.central.admit import AdmitError, admit, found
    from sync.central.identity import NoCentral
    from sync.central.serve import serve

    try:
        public = found(args.data)
    except NoCentral as error:
        return complain(str(error))
    if args.key:
        print(public.hex())
        return 0
    if args.admit:
        try:
            card = json.loads(args.admit.read_text())
            admit(
                args.data, card["kiosk"], card["nama"], card["alamat"], bytes.fromhex(card["kunci"])
            )
        except AdmitError as error:
            return complain(str(error))
        except (OSError, ValueError, KeyError, TypeError):
            return complain(say("{file} bukan kartu kiosk (kartu-kiosk.json).", file=args.admit))
        print(say("Kiosk {kiosk} diterima.", kiosk=card["kiosk"]), file=sys.stderr)
        return 0

    def ready(port: int) -> None:
        print(f"http://{args.host}:{port}", flush=True)

    try:
        serve(args.data, args.host, args.port, ready)
    except NoCentral as error:
        return complain(str(error))
    except OSError:
        return complain(say("Pintu {port} sedang dipakai. Pilih --port lain.", port=args.port))
    return 0


def _sync(args: argparse.Namespace) -> int:
    from kiosk.desk.desk import Desk
    from kiosk.exchange import Exchange

    desk = Desk.open(args.data)
    exchange = Exchange(desk)
    try:
        while True:
            done = exchange.run()
            if args.json:
                print(
                    json.dumps(
                        {"dikirim": done.pushed, "diterima": done.pulled, "kendala": done.trouble}
                    ),
                    flush=True,
                )
            elif done.trouble:
                complain(done.trouble)
            if args.once:
                return 1 if done.trouble else 0
            time.sleep(SYNC_EVERY)
    except KeyboardInterrupt:
        return 0
    finally:
        exchange.close()
        desk.close()


def _verify(args: argparse.Namespace) -> int:
    from kiosk.desk.checkup import verify
    from kiosk.desk.desk import Desk

    desk = Desk.open(args.data)
    try:
        if args.resi is not None:
            text = _given(20_000) if args.resi == "-" else args.resi
            seen = desk.work.scan(text)
            if args.json:
                print(json.dumps({"keadaan": seen.state, "nomor": seen.number}))
            else:
                print(f"{seen.state} {seen.number} {seen.says}".strip())
            return 0 if seen.state == "sah" else 1
        verdict = verify(desk)
    finally:
        desk.close()
    if args.json:
        print(
            json.dumps(
                {"entri": verdict.entries, "rusak": verdict.bad, "sebab": verdict.says},
                ensure_ascii=False,
            )
        )
    elif verdict.bad:
        print(say("Entri rusak pertama: {bad}. {says}", bad=verdict.bad, says=verdict.says))
    else:
        print(say("Jurnal utuh: {entries} entri diperiksa.", entries=verdict.entries))
    return 1 if verdict.bad else 0


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
                            "anak": row.child,
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
                print(f"{row.number}  {row.step or '-':2} {row.status:13} {row.child}")
    finally:
        desk.close()
    return 0


def _doctor(args: argparse.Namespace) -> int:
    from kiosk.doctor_talk import run

    return run(args)
