"""Publish: the release folder and its report page."""
