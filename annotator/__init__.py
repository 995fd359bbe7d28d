"""The annotation service: storeys of code, each of which imports only from those below it."""
