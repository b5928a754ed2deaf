"""Match: accuracy and training compute of the same model on the same benchmark, joined into what a fit sees.

What a paper or a hand gives joins within its source, on paper and model; what structured sources say joins across them,
by the rules of `schemas.vocabularies.JOIN_RULES`, tried in that order (`tasks.match.pairing`). A compute figure that
a paper states without naming a model is booked to its main model by supposition: such a row is shown, and no fit uses
it; so is a join that leaves a doubt.
"""
