"""Accuracy figures: which numbers of tables and sentences are results of which benchmark, metric, split and model."""
