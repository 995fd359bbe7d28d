"""Mutants that no test can notice, or need not, each with its reason. Patterns are searched in what is told of one."""

SPARED: dict[str, str] = {
    r"events\.store: Store\.append, .*True → False": "statements are prepared to save time; the answer is the same",
    r"events\.store: Store\._answer, .*Or → And": "more events are read, and those that do not clash are left out anyway",
    r"events\.store: Store\._at, .*True → False": "all spans are pairs, so nothing can be cut short",
    r"projections\.\w+: _(MEMBERS|SETTINGS|DOCUMENTS|TEXTS), line \d+: > → >=": "an event is folded twice, the same",
    r"projections\.board: _TITLES, line 3: (AND → OR|> → >=|= → <>)": "titles of more documents are read again, as they are",
}
