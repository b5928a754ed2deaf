"""Training compute of models, from what papers disclose of it and from what others say."""
