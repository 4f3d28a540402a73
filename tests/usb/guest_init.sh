#!/bin/busybox sh
# First process of the guest: the host's root, read-only over 9p, under an overlay in memory.
/bin/busybox mkdir -p /proc /sys /dev /host /top /new
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
while read -r module; do insmod "/modules/$module"; done < /order
project=$(cat /project)
release=$(cat /release)

p9=trans=virtio,version=9p2000.L,msize=524288
mount -t 9p -o "$p9,ro,cache=loose" hostroot /host || poweroff -f
mount -t tmpfs -o size=75% tmpfs /top
mkdir /top/upper /top/work
mount -t overlay -o lowerdir=/host,upperdir=/top/upper,workdir=/top/work overlay /new || poweroff -f
mount --move /proc /new/proc
mount --move /sys /new/sys
mount --move /dev /new/dev
mkdir -p /new/dev/pts /new/dev/shm /new/usr/lib/modules /new/out
mount -t devpts -o gid=5,mode=620 devpts /new/dev/pts
for place in dev/shm run tmp; do mount -t tmpfs tmpfs "/new/$place"; done
chmod 1777 /new/tmp /new/dev/shm
mount -t 9p -o "$p9" out /new/out
mount --bind "/new$project/build/usb/kernel/lib/modules" /new/usr/lib/modules
cp /arguments /new/run/arguments

chroot /new /bin/sh "$project/tests/usb/guest_run.sh" "$project" </new/dev/ttyS0 >/new/dev/ttyS0 2>&1
echo $? > /new/out/code
mv /new/out/code /new/out/exit
dmesg > /new/out/dmesg.txt
umount /new/out
poweroff -f
