#!/bin/sh
# Second process of the guest, in the host's files: udevd, the gadgets' ground, then the checks.
set -u
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/tmp LANG=C.UTF-8 TERM=dumb COLUMNS=120 PYTHONDONTWRITEBYTECODE=1 NO_COLOR=1
# udevadm does nothing in a chroot unless told to.
export SYSTEMD_IGNORE_CHROOT=1
cd "$1" || exit 1
stty -F /dev/ttyS0 cols 120 -onlcr 2>/dev/null

# Others than root may walk to the project and to its Python: the kiosk is no root.
python=$(readlink -f .venv/bin/python)
for place in "$PWD" "$python"; do
    while [ "$place" != / ]; do chmod o+rx "$place"; place=$(dirname "$place"); done
done

rm -f /etc/udev/rules.d/*
/usr/lib/systemd/systemd-udevd --daemon 2>/dev/null || /lib/systemd/systemd-udevd --daemon || exit 1
modprobe -a libcomposite evdev usb_f_printer usb_f_serial usb_f_acm usb_f_hid || exit 1
modprobe dummy_hcd num=4 || exit 1
mount -t configfs none /sys/kernel/config || exit 1
for what in usb tty input misc vc; do udevadm trigger --action=add --subsystem-match=$what; done
udevadm settle --timeout=60

set -- -p no:cacheprovider -o python_files='guest_*.py' -o addopts= -o faulthandler_timeout=240 -o faulthandler_exit_on_timeout=true --import-mode=importlib -v --tb=short -rN --durations=6 \
    -W ignore::pytest.PytestConfigWarning
while read -r word; do [ -z "$word" ] || set -- "$@" "$word"; done < /run/arguments
case " $* " in *" tests/"*) ;; *) set -- "$@" tests/usb ;; esac
PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 exec .venv/bin/python -m pytest "$@"
