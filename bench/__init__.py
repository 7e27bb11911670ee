"""Measurements: the real articles through the whole program (`bench.eval`), and benchmarks that print ratios."""
