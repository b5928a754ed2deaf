"""What an operator needs of a home folder beside its nights: how it stands, a copy of it, and the copy put back."""
