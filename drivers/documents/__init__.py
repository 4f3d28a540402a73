"""Document scanners: paper in, pictures kept."""
