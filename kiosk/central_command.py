"""``kiosk central``: runs the central service, admits kiosks to it and shuts them out."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from kiosk.cli import complain
from kiosk.texts import say

DATABASE_VARIABLE = "KIOSK_CENTRAL_DATABASE"
"""The database's URL may stand here: on a command line everybody on the machine reads it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``kiosk central`` takes besides --data."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8470)
    parser.add_argument("--admit", type=Path, metavar="BERKAS", help="kartu-kiosk.json")
    parser.add_argument(
        "--replace", action="store_true", help="dengan --admit: ganti kunci kiosk yang terdaftar"
    )
    parser.add_argument("--revoke", default="", metavar="KODE", help="cabut kunci kiosk ini")
    parser.add_argument("--key", action="store_true", help="tampilkan kunci publik pusat")
    parser.add_argument(
        "--database", default="", metavar="URL", help=f"postgresql://... (atau {DATABASE_VARIABLE})"
    )
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="perlu PostgreSQL")
    parser.add_argument("--tls-cert", type=Path, metavar="BERKAS")
    parser.add_argument("--tls-key", type=Path, metavar="BERKAS")
    parser.add_argument("--log", action="store_true", help="satu baris JSON tiap permintaan")


def run(args: argparse.Namespace) -> int:
    """Do what was asked; gives the exit code."""
    from sync.central.admit import AdmitError, found
    from sync.central.database import DatabaseDown
    from sync.central.identity import NoCentral
    from sync.central.serve import OneWorkerOnly

    if bool(args.tls_cert) != bool(args.tls_key):
        return complain(say("--tls-cert dan --tls-key dipakai bersama."))
    args.database = args.database or os.environ.get(DATABASE_VARIABLE, "")
    if args.database and not args.database.startswith(("postgresql://", "postgres://")):
        return complain(say("Alamat basis data dimulai dengan postgresql://"))
    try:
        public = found(args.data, args.database)
        if args.key:
            print(public.hex())
            return 0
        if args.revoke:
            return _revoke(args)
        return _admit(args) if args.admit else _serve(args)
    except (AdmitError, NoCentral, OneWorkerOnly) as error:
        return complain(str(error))
    except ImportError:
        return complain(say("PostgreSQL memerlukan paket psycopg: pip install 'psycopg[binary]'"))
    except DatabaseDown:
        return complain(say("Basis data pusat tidak dapat dibuka."))


def _admit(args: argparse.Namespace) -> int:
    from sync.central.admit import AdmitError, admit

    try:
        card = json.loads(args.admit.read_text())
        admit(
            args.data,
            card["kiosk"],
            card["nama"],
            card["alamat"],
            bytes.fromhex(card["kunci"]),
            replace=args.replace,
            database=args.database,
        )
    except AdmitError:
        raise
    except (OSError, ValueError, KeyError, TypeError):
        return complain(say("{file} bukan kartu kiosk (kartu-kiosk.json).", file=args.admit))
    print(say("Kiosk {kiosk} diterima.", kiosk=card["kiosk"]), file=sys.stderr)
    return 0


def _revoke(args: argparse.Namespace) -> int:
    from sync.central.admit import revoke

    revoke(args.data, args.revoke, database=args.database)
    print(say("Kunci kiosk {kiosk} dicabut.", kiosk=args.revoke), file=sys.stderr)
    return 0


def _serve(args: argparse.Namespace) -> int:
    import ssl

    from sync.central.serve import serve

    scheme = "https" if args.tls_cert else "http"
    host = f"[{args.host}]" if ":" in args.host else args.host

    def ready(port: int) -> None:
        print(f"{scheme}://{host}:{port}", flush=True)

    if args.tls_cert:
        for file in (args.tls_cert, args.tls_key):
            file.open("rb").close()  # missing or not ours to read: said by its name
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(args.tls_cert, args.tls_key)
        except ssl.SSLError:
            return complain(say("Sertifikat atau kunci TLS tidak dapat dipakai."))
    try:
        serve(
            args.data,
            args.host,
            args.port,
            ready,
            database=args.database,
            workers=args.workers,
            tls=(args.tls_cert, args.tls_key) if args.tls_cert else None,
            log=args.log,
        )
    except OSError:
        return complain(say("Pintu {port} sedang dipakai. Pilih --port lain.", port=args.port))
    return 0
