"""The log's schema as text: what a migration must not change without being seen.

``python -m tests.support.ddl`` writes the snapshot of the newest migration.
"""

import tempfile
from pathlib import Path

import psycopg

from annotator.supervisor.home import Home
from tests.support.servers import ROOT, migrate, running_postgres

FOLDER = ROOT / "tests" / "golden"

_SECTIONS = {
    "tables and columns": """
        SELECT format('%s.%s %s%s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                      CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END,
                      CASE WHEN a.attgenerated <> '' THEN ' GENERATED' WHEN d.oid IS NOT NULL THEN ' DEFAULT' ELSE '' END,
                      coalesce(' ' || pg_get_expr(d.adbin, d.adrelid), ''))
          FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
         WHERE c.relnamespace = 'es'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
         ORDER BY c.relname, a.attnum""",
    "partitions": """
        SELECT format('%s of %s %s', c.relname, i.inhparent::regclass, pg_get_expr(c.relpartbound, c.oid))
          FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
         WHERE c.relnamespace = 'es'::regnamespace AND c.relkind = 'r'
         ORDER BY i.inhparent::regclass::text, length(c.relname), c.relname""",
    "constraints": """
        SELECT format('%s: %s', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
         WHERE connamespace = 'es'::regnamespace AND contype <> 'n' AND conislocal
           AND NOT (SELECT relispartition FROM pg_class WHERE oid = conrelid) ORDER BY 1""",
    "indexes": """
        SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
         WHERE c.relnamespace = 'es'::regnamespace AND NOT c.relispartition ORDER BY 1""",
    "triggers": """
        SELECT format('%s%s', pg_get_triggerdef(t.oid),
                      CASE t.tgenabled WHEN 'A' THEN ' ALWAYS' ELSE ' ' || t.tgenabled::text END)
          FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
         WHERE c.relnamespace = 'es'::regnamespace AND NOT t.tgisinternal AND t.tgparentid = 0
         ORDER BY length(c.relname), c.relname, t.tgname""",
    "functions": """
        SELECT format('%s(%s) RETURNS %s %s%s', p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid),
                      CASE p.provolatile WHEN 'i' THEN 'IMMUTABLE' WHEN 's' THEN 'STABLE' ELSE 'VOLATILE' END,
                      CASE WHEN p.prosecdef THEN ' SECURITY DEFINER' ELSE '' END)
          FROM pg_proc p WHERE p.pronamespace = 'es'::regnamespace ORDER BY 1""",
    "rights of the application": """
        SELECT format('%s: %s', o.name, string_agg(o.privilege_type, ', ' ORDER BY o.privilege_type))
          FROM (SELECT c.relname AS name, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a
                 WHERE c.relnamespace = 'es'::regnamespace AND NOT c.relispartition
                   AND a.grantee = 'palimpsest_app'::regrole
                UNION ALL
                SELECT p.proname || '()', a.privilege_type FROM pg_proc p, aclexplode(p.proacl) a
                 WHERE p.pronamespace = 'es'::regnamespace AND a.grantee = 'palimpsest_app'::regrole) o
         GROUP BY o.name ORDER BY o.name""",
}


def described(owner: psycopg.Connection) -> str:
    """The schema ``es``, a line for each thing, in a fixed order."""
    parts = []
    for title, sql in _SECTIONS.items():
        lines = [row[0] for row in owner.execute(sql.encode()).fetchall()]
        parts.append("\n".join([f"-- {title}", *lines]))
    return "\n\n".join(parts) + "\n"


def snapshot() -> Path:
    """The file of the newest migration of the log."""
    newest = max(path.stem for path in (ROOT / "events" / "migrations").glob("[0-9]*.py"))
    return FOLDER / f"schema-{newest}.txt"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="palimpsest-ddl-") as folder:
        Path(folder).chmod(0o711)
        home = Home(Path(folder))
        home.prepare()
        with running_postgres(home) as server:
            migrate(server)
            with psycopg.connect(server.url("palimpsest_owner")) as owner:
                snapshot().write_text(described(owner))


if __name__ == "__main__":
    main()
