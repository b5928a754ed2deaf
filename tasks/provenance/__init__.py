"""Provenance: where a figure stands, and which code and packages made it."""
