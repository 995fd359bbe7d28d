"""Long work that people ask for: imports and exports. A job is a row; whoever has time takes it and carries it on."""
