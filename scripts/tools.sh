#!/bin/sh
# The Debian programs that `make test` drives: a terminal, a scanner, an IPP printer, a print server.
# Installed when this is root on Debian; otherwise one line names what is missing.
set -eu
missing=""
needs() { # program or file, package
    case "$1" in
        /*) for file in $1; do [ -e "$file" ] && return 0; done ;;
        *) PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null && return 0 ;;
    esac
    missing="$missing $2"
}
needs tmux tmux
needs scanimage sane-utils
needs "/usr/lib/*/sane/libsane-test.so.1" libsane1
needs "/usr/lib/*/sane/libsane-airscan.so.1" sane-airscan
needs ippeveprinter cups-ipp-utils
needs cupsd cups-daemon
needs dbus-daemon dbus
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing:$missing"
    apt-get update -q >/dev/null
    # shellcheck disable=SC2086 # one word for each package
    DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends $missing >/dev/null
else
    echo "loket-luring: the tests need these programs: sudo apt install$missing" >&2
    exit 1
fi
