"""Chip-hours, money, energy and carbon of training runs and of targets, from tables and stated assumptions."""
