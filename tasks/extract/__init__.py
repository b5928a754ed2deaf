"""From documents to claims: `accuracy` and `training`, and what both need of names, numbers, sentences, ownership."""
