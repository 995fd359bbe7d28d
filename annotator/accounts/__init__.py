"""Who may sign in, and how a request proves who sends it."""
