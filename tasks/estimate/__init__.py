"""Estimate: what the curves say that a target costs."""
