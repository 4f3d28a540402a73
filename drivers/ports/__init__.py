"""Ways to a printer: bytes out, bytes in. One owner at a time."""
