"""The live feed: the log as it grows, told to whoever may see it."""
