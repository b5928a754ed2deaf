"""Names: of models and papers, normalised so that two spellings meet."""
