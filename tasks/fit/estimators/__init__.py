"""The estimators, a module for each family; `tasks.fit.registry` lists them.

`directions` (which variable carries the scatter), `forms` (how the curve bends; `floors`, `m4` and `broken` are those
of more than a line's parameters), `frontier` (the best models alone), `progress` (with a year), `random_effects` (with
papers), and the study's two recipes, `study_power_law` and `study_exponential`, which share `study_line`.
"""
