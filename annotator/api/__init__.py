"""The HTTP door: requests become commands and queries, answers become JSON."""
