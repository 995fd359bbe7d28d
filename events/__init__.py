"""The event log: append, read, follow, rebuild, verify. It speaks no annotation words."""
