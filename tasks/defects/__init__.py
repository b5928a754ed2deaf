"""Defects of collected compute and accuracy figures, each caught by a rule: those of the study's data, sought in ours.

A rule is a function over typed rows; it returns `Defect`s and changes nothing. A defect says where to look and what the
rule saw; for those in `rules.SPOILING` an observation is kept out of the fits until a person has looked. Sources of the
rules: the published data of Thompson et al., arXiv 2007.05558 (regression sample of 2020, replication data of 2022).
"""
