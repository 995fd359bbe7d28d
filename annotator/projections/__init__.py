"""Read models, folded from the log; all of them can be thrown away and rebuilt."""
