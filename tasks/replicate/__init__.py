"""The study's published figures, computed anew from its data: how far its recipes are reproduced.

`data` reads any CSV of the replication data's form, `regressions` runs the study's regressions on it, `exponents`
inverts its two curves at the target errors, `costs` prices them, `growth` splits the growth in compute. What was
published is in `warehouse/reference/published_*.csv`: the points of 2020, and else the names of formulas and figures to
compare with, which are no input to a figure of ours.
"""
