#!/bin/bash
# The kiosk against Linux's own USB stack, in a guest that ends by itself (docs/testing-usb.md).
# Usage: scripts/test-usb.sh [what pytest is to run: file names, -k WORD, -x ...]
set -euo pipefail
cd "$(dirname "$0")/.."
project=$PWD
build=$project/build/usb
limit=${USB_LIMIT:-900}

cannot() { echo "test-usb cannot run: $1" >&2; exit 1; }
[ "$(id -u)" = 0 ] || cannot "it needs root (sudo make test-usb), to install packages and to share / with the guest"
command -v apt-get >/dev/null || cannot "it needs apt-get, for QEMU and for Debian's kernel"
[ "$(uname -m)" = x86_64 ] || cannot "it needs an x86-64 machine, this one is $(uname -m)"

needed() {
    local package
    for package in qemu-system-x86 busybox-static udev kmod cpio libusb-1.0-0 libudev1; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$' || echo "$package"
    done
}
missing=$(needed)
if [ -n "$missing" ]; then
    echo "installing: ${missing//$'\n'/ }"
    apt-get update -qq >/dev/null 2>&1 || true
    # shellcheck disable=SC2086 # one word for each package
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >"/tmp/test-usb-apt.$$" 2>&1 ||
        { tail -3 "/tmp/test-usb-apt.$$" >&2; cannot "apt-get could not install ${missing//$'\n'/ } (is the network there?)"; }
    rm -f "/tmp/test-usb-apt.$$"
fi
command -v qemu-system-x86_64 >/dev/null || cannot "there is no qemu-system-x86_64"
scripts/setup.sh dev || cannot "the project's .venv could not be made"

# Debian's kernel, unpacked beside us and never installed.
mkdir -p "$build"
exec 9>"$build/lock"
flock -n 9 || cannot "another one is running here"
image=$(apt-cache depends linux-image-amd64 2>/dev/null | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -1)
[ -n "$image" ] || [ -f "$build/kernel/release" ] || cannot "apt knows no linux-image-amd64 (is this Debian?)"
if [ ! -f "$build/kernel/release" ] || { [ -n "$image" ] && [ "$(cat "$build/kernel/release")" != "${image#linux-image-}" ]; }; then
    echo "fetching $image (70 MB)"
    rm -rf "$build/kernel" "$build/"*.deb
    (cd "$build" && apt-get -o APT::Sandbox::User=root -qq download "$image") ||
        cannot "apt-get could not download $image (is the network there?)"
    dpkg -x "$build/"linux-image-*.deb "$build/kernel"
    rm -f "$build/"*.deb
    if [ ! -d "$build/kernel/lib/modules" ]; then ln -s usr/lib "$build/kernel/lib"; fi
    depmod -b "$build/kernel" "${image#linux-image-}"
    echo "${image#linux-image-}" >"$build/kernel/release"
fi
release=$(cat "$build/kernel/release")

# A first root of busybox, the modules that reach the host's files, and guest_init.sh.
first=$build/initrd
rm -rf "$first" "$build/out"
mkdir -p "$first/bin" "$first/modules" "$build/out"
cp "$(command -v busybox)" "$first/bin/busybox"
cp tests/usb/guest_init.sh "$first/init"
chmod 755 "$first/init"
printf '%s\n' "$project" >"$first/project"
printf '%s\n' "$release" >"$first/release"
printf '%s\n' "$@" >"$first/arguments"
for module in virtio_pci 9pnet_virtio 9p overlay; do
    modprobe -d "$build/kernel" -S "$release" --show-depends "$module"
done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | while read -r file; do
    name=$(basename "$file")
    grep -qx "${name%.xz}" "$first/order" 2>/dev/null && continue
    case $file in *.xz) xz -dc "$file" >"$first/modules/${name%.xz}" ;; *) cp "$file" "$first/modules/" ;; esac
    echo "${name%.xz}" >>"$first/order"
done
(cd "$first" && find . | cpio -o -H newc --quiet | gzip -1) >"$build/initrd.gz"

started=$SECONDS
ended=0
nice -n 10 timeout -k 5 "$limit" qemu-system-x86_64 \
    -M q35 -accel tcg,thread=multi -cpu max -m 1024 -smp 2 \
    -display none -monitor none -serial stdio -no-reboot -nic none \
    -kernel "$build/kernel/boot/vmlinuz-$release" -initrd "$build/initrd.gz" \
    -append "console=ttyS0 panic=-1 oops=panic quiet loglevel=3 mitigations=off" \
    -virtfs local,path=/,mount_tag=hostroot,security_model=none,readonly=on,multidevs=remap \
    -virtfs local,path="$build/out",mount_tag=out,security_model=none,multidevs=remap \
    </dev/null 9>&- | sed -u 's/\r$//; s/.*\r//' || ended=$?
took=$((SECONDS - started))

if [ ! -f "$build/out/exit" ]; then
    [ "$took" -lt "$limit" ] || cannot "the guest did not end within $limit s and was stopped"
    cannot "the guest died after $took s (QEMU: $ended); see $build/out"
fi
code=$(cat "$build/out/exit")
if [ "$code" = 0 ]; then echo "test-usb: passed ($took s in the guest)"; else echo "test-usb: FAILED, its files are in build/usb/out ($took s in the guest)"; fi
exit "$((code > 0))"
