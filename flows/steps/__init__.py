"""The tasks: each a few lines around a plain function of `tasks/`, with the warehouse opened while it runs."""
