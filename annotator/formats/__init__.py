"""Bytes in, records out, and back. Pure: no Django, no database, no network."""
