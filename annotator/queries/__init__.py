"""The only reader of tables, past or present; functions return typed rows."""
