"""Documents: which papers' bytes to fetch, and which of them to read."""
