"""The frame every screen hangs in: theme, scans, desk thread, and what a crash may say."""
