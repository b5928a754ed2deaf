"""Storage: the content-addressed store of documents, and files written whole or not at all."""
