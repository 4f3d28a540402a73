"""Barcode and QR scanners: text in."""
