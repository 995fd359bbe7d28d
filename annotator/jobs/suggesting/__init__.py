"""Asking sources of suggestions: what is due, how each kind of source answers, and how that gets into the log."""
