"""A printer without hardware: reads the bytes as strictly as no real one does, keeps the paper."""
