#!/bin/sh
# Makes .venv from a locked, hashed list: `scripts/setup.sh runtime` or `scripts/setup.sh dev`.
# uv when it is there, python3 -m venv otherwise, one plain line when neither works.
set -eu
cd "$(dirname "$0")/.."
lock="requirements/$1.txt"
stamp=".venv/.ready-$1"
want=$(cksum < "$lock")
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && exit 0

fail() { echo "loket-luring: $1" >&2; exit 1; }
if command -v uv >/dev/null 2>&1; then
    [ -x .venv/bin/python ] || uv venv -q --python '>=3.11' .venv || fail "uv could not make .venv with Python 3.11 or later"
    uv pip install -q --python .venv/bin/python --require-hashes -r "$lock" || fail "packages of $lock did not install (is the network there?)"
else
    if [ ! -x .venv/bin/python ]; then
        for python in python3 python3.14 python3.13 python3.12 python3.11; do
            command -v "$python" >/dev/null 2>&1 || continue
            "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
            "$python" -m venv .venv >/dev/null 2>&1 && break
            rm -rf .venv
        done
    fi
    [ -x .venv/bin/python ] || fail "Python 3.11 or later with venv is needed: apt-get install python3 python3-venv (or install uv)"
    .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "$lock" || fail "packages of $lock did not install (is the network there?)"
fi
# The checkout itself, and the command `kiosk`.
.venv/bin/python - "$PWD" <<'PY'
import pathlib, sys, sysconfig
root = pathlib.Path(sys.argv[1])
pathlib.Path(sysconfig.get_paths()["purelib"], "loket-luring.pth").write_text(f"{root}\n")
command = root / ".venv" / "bin" / "kiosk"
command.write_text(
    f"#!{root}/.venv/bin/python\nimport sys\nfrom kiosk.cli import main\nsys.exit(main())\n"
)
command.chmod(0o755)
PY
# Bytecode ahead of the first start: without it the first paint takes four times as long.
.venv/bin/python -m compileall -q kiosk drivers sync config .venv/lib/python3*/site-packages/textual .venv/lib/python3*/site-packages/rich >/dev/null 2>&1 || true
echo "$want" > "$stamp"
