"""The project that a newcomer finds: a real article, two annotators' work, and a few differences to decide."""
