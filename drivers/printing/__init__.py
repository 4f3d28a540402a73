"""Getting whole papers out of printers."""
