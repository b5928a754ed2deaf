"""arXiv: what there is (API, OAI-PMH), what is wanted of it (watch list, benchmarks named), and where its PDFs are."""
