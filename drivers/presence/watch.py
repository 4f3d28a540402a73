"""Watches which devices are there."""

from __future__ import annotations

import errno
import select
import socket
import threading
from collections.abc import Callable

from drivers.presence.found import Found
from drivers.presence.look import look

POLL = 1.5
"""Seconds between two looks when nothing is announced."""

SETTLE = 0.1
"""Seconds between an announcement and the look: plugging in one device announces many things."""

_NETLINK_KOBJECT_UEVENT = 15
_KERNEL_AND_UDEV = 1 | 2
"""The kernel's announcements, and udev's after it set the rights (or never, without udev)."""


class Watch:
    """Calls ``changed`` with what is there: once at the start, and whenever that changed.

    It is called in the watch's own thread and must not raise. What the kernel announces only
    wakes the watch up; what counts is what a look sees, so a lost announcement costs a second.
    """

    def __init__(
        self,
        changed: Callable[[frozenset[Found]], None],
        *,
        looks: Callable[[], frozenset[Found]] = look,
        poll: float = POLL,
        announcements: Callable[[], socket.socket | None] | None = None,
    ) -> None:
        self._changed = changed
        self._looks = looks
        self._poll = poll
        self._announcements = announcements or uevents
        self._bell: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begins to watch; a second call does nothing."""
        if self._thread is not None:
            return
        self._bell, end = socket.socketpair()
        self._thread = threading.Thread(target=self._run, args=(end,), name="devices", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends it within half a second. No new call of ``changed`` is made after it."""
        thread, self._thread = self._thread, None
        bell, self._bell = self._bell, None
        if bell is not None:
            bell.close()
        if thread is not None and thread is not threading.current_thread():
            # Not for ever: ``changed`` may be waiting for the very thread that stops the watch.
            thread.join(0.5)

    def _run(self, end: socket.socket) -> None:
        events = self._announcements()
        last: frozenset[Found] | None = None
        with end:
            try:
                while True:
                    found = self._looks()
                    if _rings(end, 0):
                        return
                    if found != last:
                        last = found
                        self._changed(found)
                    if _woken(end, events, self._poll) and _rings(end, SETTLE):
                        return
                    if events is not None and not _drain(events):
                        events.close()
                        events = None
            finally:
                if events is not None:
                    events.close()


def uevents() -> socket.socket | None:
    """A socket that is readable when a device came, went or changed; None where there is none."""
    try:
        events = socket.socket(
            socket.AF_NETLINK, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC, _NETLINK_KOBJECT_UEVENT
        )
    except (OSError, AttributeError):
        return None
    try:
        events.setblocking(False)
        events.bind((0, _KERNEL_AND_UDEV))
    except OSError:
        events.close()
        return None
    return events


def _woken(end: socket.socket, events: socket.socket | None, seconds: float) -> bool:
    waiting = select.poll()
    waiting.register(end, select.POLLIN)
    if events is not None:
        waiting.register(events, select.POLLIN)
    return bool(waiting.poll(seconds * 1000))


def _rings(end: socket.socket, seconds: float) -> bool:
    return _woken(end, None, seconds)


def _drain(events: socket.socket) -> bool:
    """Throws the announcements away; False when the socket is of no more use."""
    while True:
        try:
            if not events.recv(8192):
                return False
        except BlockingIOError:
            return True
        except OSError as error:
            # More was announced than the socket holds. The look sees it all the same.
            if error.errno != errno.ENOBUFS:
                return False
