"""Articles as they come: pages, feeds, archives, office files. None of them can be written."""
