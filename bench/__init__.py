"""Measures the kiosk against the barest thing that could do the same, and writes the result down.

Everything is a ratio to a baseline that runs in turn with it on the same machine, so that a slow or
busy machine slows both alike; what an officer feels has a bound in milliseconds besides.
"""
