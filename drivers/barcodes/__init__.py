"""Barcode and QR scanners that do not type: on a serial line, as HID-POS, and grabbed keyboards."""
