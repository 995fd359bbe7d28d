"""What may be done and how it is done: the single door for every change, and who may know what."""
