"""Mutants that no test can notice, or need not, each with its reason. Patterns are searched in what is told of one."""

SPARED: dict[str, str] = {
    r"events\.store: Store\.append, .*True → False": "statements are prepared to save time; the answer is the same",
}
