"""Mutants that no test can notice, or need not, each with its reason. Patterns are searched in what is told of one."""

SPARED: dict[str, str] = {}
