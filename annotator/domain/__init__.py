"""Pure rules: values, commands, events, deciders. Nothing here reads a clock, a table or a setting."""
