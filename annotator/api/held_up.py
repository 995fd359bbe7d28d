"""What the server says of a request that waited long for its turn to write to a log (see config/bulkhead.py)."""

HELD_UP = "palimpsest.held_up"
"""In a request's environ: it is to be told to come again, and must not wait for anything else."""
