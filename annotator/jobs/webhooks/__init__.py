"""Webhooks: telling subscribed addresses what happens, in order, at least once, and never as part of a rebuild."""
