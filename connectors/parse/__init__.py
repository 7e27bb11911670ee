"""Bytes to entries, for every feed format. Pure; the only place that touches feed XML."""
