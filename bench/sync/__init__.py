"""Sync measured: against PouchDB over a link that hardly exists, against raw inserts, in memory.

``python -m bench.sync push|ingest|growth|memory|all``; the peer is installed by npm, nothing of it
is part of the project.
"""
