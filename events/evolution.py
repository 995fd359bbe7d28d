"""Old shapes of events in SQL: the view ``es.event_current``, which folds read instead of ``es.event``.

It shows every event as it would be written today, by the upcasters of the catalog. Where there are none it is the
table itself, to the planner as well. It is made anew after the migrations when the catalog has changed.
"""

import hashlib
from typing import Any

from events.catalog import Catalog

COLUMNS = (
    "project",
    "position",
    "stream",
    "version",
    "recorded_at",
    "issued_by",
    "type",
    "schema_version",
    "entity_id",
    "command_id",
    "correlation_id",
    "payload",
    "content_id",
    "commitment",
    "hash",
    "span_start",
    "span_end",
    "label",
)


def install(cursor: Any, catalog: Catalog, *, schema: str = "es") -> bool:
    """Make function and view for a catalog, with the owner's rights; whether they were others before."""
    statements = [_function(catalog, schema), _view(catalog, schema)]
    made = hashlib.sha256("".join(statements).encode()).hexdigest()
    cursor.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", [f"{schema}.event_current"])
    if cursor.fetchone()[0] == made:
        return False  # readers would have to wait for nothing
    for statement in statements:
        cursor.execute(statement)
    cursor.execute(f"COMMENT ON VIEW {schema}.event_current IS '{made}'")
    cursor.execute(f"GRANT SELECT ON {schema}.event_current TO palimpsest_app")
    cursor.execute(f"REVOKE ALL ON FUNCTION {schema}.upcast FROM PUBLIC")
    cursor.execute(f"GRANT EXECUTE ON FUNCTION {schema}.upcast TO palimpsest_app")
    return True


def _function(catalog: Catalog, schema: str) -> str:
    """From a stored name and a payload, with or without its private part, to the payload of today."""
    cases = "".join(f" WHEN '{name}' THEN {_steps(catalog, name)}" for name in catalog.upcasters)
    body = f"CASE type || '@' || schema_version{cases} ELSE data END" if cases else "data"
    return f"""CREATE OR REPLACE FUNCTION {schema}.upcast(type text, schema_version int, data jsonb) RETURNS jsonb
               LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN {body}"""


def _steps(catalog: Catalog, name: str) -> str:
    data = "data"
    while name in catalog.upcasters:
        step = catalog.upcasters[name]
        data = f"(SELECT {step.sql} FROM (SELECT {data} AS data) old)"
        name = step.to
    return data


def _view(catalog: Catalog, schema: str) -> str:
    old = {name: catalog.current_name(name) for name in catalog.upcasters}
    shown = {column: f"e.{column}" for column in COLUMNS}
    if old:
        shown |= _upcast_columns(catalog, schema, old)
    columns = ", ".join(f"{expression} AS {column}" for column, expression in shown.items())
    return f"CREATE OR REPLACE VIEW {schema}.event_current AS SELECT {columns} FROM es.event e"


def _upcast_columns(catalog: Catalog, schema: str, old: dict[str, str]) -> dict[str, str]:
    payload = "CASE e.type || '@' || e.schema_version" + "".join(
        f" WHEN '{name}' THEN {schema}.upcast(e.type, e.schema_version, e.payload) - {_list(catalog.private_fields(name))}"
        for name in old
    )
    payload += " ELSE e.payload END"
    is_old = f"(e.type || '@' || e.schema_version) = ANY ({_list(tuple(old))})"

    def derived(column: str, expression: str) -> str:
        return f"CASE WHEN {is_old} THEN {expression.format(payload=f'({payload})')} ELSE e.{column} END"

    found = {
        "payload": payload,
        "schema_version": f"(CASE {_cases(old, 1)} ELSE e.schema_version END)::smallint",
        "span_start": derived("span_start", "({payload} #>> '{{spans,0,0}}')::int"),
        "span_end": derived("span_end", "({payload} #>> '{{spans,-1,1}}')::int"),
        "label": derived("label", "({payload} ->> 'label')"),
    }
    renamed = {name: new for name, new in old.items() if _part(name, 0) != _part(new, 0)}
    if renamed:
        found["type"] = f"CASE {_cases(renamed, 0)} ELSE e.type END"
    return found


def _cases(old: dict[str, str], part: int) -> str:
    def value(new: str) -> str:
        return f"'{_part(new, 0)}'" if part == 0 else _part(new, 1)

    return "e.type || '@' || e.schema_version" + "".join(
        f" WHEN '{name}' THEN {value(new)}" for name, new in old.items()
    )


def _part(name: str, part: int) -> str:
    return name.split("@")[part]


def _list(names: tuple[str, ...]) -> str:
    quoted = ", ".join(f"'{name}'" for name in names)
    return f"ARRAY[{quoted}]::text[]"
