"""What central counts, for Prometheus. No names, no kiosks: numbers only.

With several workers each counts into files of a common folder (PROMETHEUS_MULTIPROC_DIR, which
``sync.central.serve`` sets before this module is loaded), and any of them tells the sums.
"""

from __future__ import annotations

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

MULTIPROC = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = CONTENT_TYPE_LATEST

REQUESTS = Counter("central_requests", "Answered requests.", ["path", "status"])
SECONDS = Histogram(
    "central_request_seconds",
    "Time from a request's first byte to its answer's last.",
    ["path"],
    buckets=(0.005, 0.02, 0.1, 0.5, 2, 10, 60, 300, 3600),
)
BYTES_IN = Counter("central_body_bytes", "Bytes of bodies received.")
BYTES_OUT = Counter("central_answer_bytes", "Bytes of bodies sent.")
ENTRIES = Counter("central_entries", "Entries new in the log.")
FILLED = Counter("central_holes_filled", "Holes whose entry came later.")
VERDICTS = Counter("central_verdicts", "Claims that came second.")
ELSEWHERE = Counter("central_entries_elsewhere", "Entries naming another place than their kiosk's.")
REFUSALS = Counter("central_refusals", "Refused requests.", ["code"])
SIZE = Gauge("central_log_size", "Entries in the log.", multiprocess_mode="max")


def told() -> bytes:
    """All that was counted, in Prometheus' text format."""
    if MULTIPROC not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return generate_latest(registry)
