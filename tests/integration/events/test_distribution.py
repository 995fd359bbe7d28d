"""What spreading the log over servers by project rests on: docs/scaling.md names these tables and functions."""

import re

import psycopg
import pytest

from tests.support.scratch import ROOT, SQL

LOCAL = {"epoch"}  # one row about this very database
EVERYWHERE = {"projection"}  # small, and the same on every server


@pytest.fixture
def tables(scratch: str) -> dict[str, list[str]]:
    """The columns of each table of the log; partitions count with their parents."""
    sql = """SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
               FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
              WHERE c.relnamespace = 'es'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition GROUP BY 1"""
    with psycopg.connect(scratch) as connection:
        return dict(connection.execute(sql).fetchall())


def test_every_key_of_every_table_begins_with_the_project(scratch: str, tables: dict[str, list[str]]) -> None:
    sql = """SELECT c.relname, a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
              WHERE c.relnamespace = 'es'::regnamespace AND NOT c.relispartition AND i.indisunique"""
    with psycopg.connect(scratch) as connection:
        keys = connection.execute(sql).fetchall()
    assert {table for table, _ in keys} == set(tables)
    assert {table for table, first in keys if first != "project"} == LOCAL | EVERYWHERE
    assert {table for table, columns in tables.items() if columns[0] != "project"} == LOCAL | EVERYWHERE


def test_nothing_counts_over_all_projects_and_only_small_tables_are_referred_to(scratch: str) -> None:
    with psycopg.connect(scratch) as connection:
        sequences = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'es'::regnamespace AND relkind = 'S'"
        ).fetchall()
        referred = connection.execute(
            """SELECT DISTINCT f.relname FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid
                WHERE k.connamespace = 'es'::regnamespace AND k.contype = 'f'"""
        ).fetchall()
    assert sequences == []
    assert {name for (name,) in referred} <= EVERYWHERE


@pytest.mark.parametrize("name", ["append", "tails", "known", "conflict", "attempt", "verify", "verify_rest"])
def test_functions_of_one_project_take_it_first(name: str) -> None:
    text = (SQL / f"{name}.sql").read_text()
    assert re.search(rf"FUNCTION es\.{name}\(\s*p_project uuid", text)


def test_the_recipe_names_each_table(tables: dict[str, list[str]]) -> None:
    recipe = (ROOT / "docs/scaling.md").read_text()
    for table in set(tables) - LOCAL:
        how = "create_reference_table" if table in EVERYWHERE else "create_distributed_table"
        assert re.search(rf"{how}\('es\.{table}'", recipe), table
