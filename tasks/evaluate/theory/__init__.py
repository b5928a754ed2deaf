"""What theory says beside what practice shows: the article's thought experiment, and its powers of 2 and 4."""
