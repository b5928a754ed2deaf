"""Reference: the tables under `warehouse/reference`, one typed loader each."""
