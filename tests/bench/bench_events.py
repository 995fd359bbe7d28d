"""How fast the log takes, gives back and proves events: ``python -m tests.bench.bench_events [events]``.

A server of its own on this machine's disk, fsync on, with the settings that the service gives it. Single appends are
driven by pgbench, eight clients over 32 projects, and told as a share of one-row INSERTs of the same payload into a
plain table in the same run: the disk sets both. The rest works on one project of 1,000,000 events, or as many as said,
seven in ten of which put a span, two change one and one removes one; it is told as a share of counting those events
with their payload touched.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import ClassVar
from uuid import UUID

import django
import psycopg
from django.db import connection
from uuid_utils.compat import uuid7

from annotator.supervisor.home import Home
from annotator.supervisor.postgres import Postgres
from events.catalog import Catalog
from events.projection import Registry, SqlFold
from events.rebuild import rebuild
from events.segments import check, seal
from events.store import NewCommand, NewEvent, Store, streams_of
from events.streams import StreamRef
from events.verification import verify
from tests.bench.figures import head, milliseconds, row
from tests.support.servers import migrate, running_postgres

CLIENTS, ROUNDS, SECONDS = 8, 3, 5
BATCH = 1_000
WRITTEN = 1_000_000
"""Events that are written from Python; what a longer log has besides them is made in the database."""
SEALED = 500_000
PAYLOAD = (
    '{"annotation": "0190a000-0000-7000-8000-000000000001", "label": "actor", "spans": [[120, 134]], "origin": "hand", '
    '"attributes": {"certainty": "sure", "stance": "for"}, "text_version": 1, "entity": null}'
)


def main(events: int) -> None:
    with a_server() as server:
        head()
        singles(server)
        from_python()
        many(events)


@contextmanager
def a_server() -> Iterator[Postgres]:
    """A database as the service has it, with Django set up for it."""
    folder = Path(tempfile.mkdtemp(prefix="palimpsest-bench-"))
    folder.chmod(0o711)
    home = Home(folder)
    home.prepare()
    try:
        with running_postgres(home) as server:
            os.environ.update(
                DJANGO_SETTINGS_MODULE="annotator.config.settings",
                PALIMPSEST_HOME=str(folder),
                PALIMPSEST_PROCESS="command",
                DATABASE_URL=server.url("palimpsest_app"),
                DATABASE_OWNER_URL=server.url("palimpsest_owner"),
                REDIS_URL="none",
            )
            migrate(server)
            django.setup()
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# --- one event at a time -----------------------------------------------------


def singles(server: Postgres) -> None:
    """One event a transaction, from many clients."""
    _prepare(server)
    rates: dict[str, list[float]] = {"raw": [], "append": []}
    for _ in range(ROUNDS):
        for what, found in rates.items():
            found.append(_pgbench(server, what, clients=CLIENTS))
    raw, append = median(rates["raw"]), median(rates["append"])
    shares = [mine / plain for mine, plain in zip(rates["append"], rates["raw"], strict=True)]
    row(
        f"append, {CLIENTS} clients, 32 projects",
        f"{append:,.0f}/s of {raw:,.0f}/s raw: {median(shares):.0%} ({min(shares):.0%}–{max(shares):.0%})",
        "≥ 20 % of a one-row INSERT",
    )
    spent = {what: _server_microseconds(server, what) for what in rates}
    if all(spent.values()):
        row(
            "the server's CPU for one append",
            f"{spent['append']:.0f} µs (raw: {spent['raw']:.0f} µs)",
            "≤ 100 µs",
        )


def _prepare(server: Postgres) -> None:
    with psycopg.connect(server.url("palimpsest_owner"), autocommit=True) as owner:
        owner.execute(
            """CREATE TABLE raw (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, project uuid NOT NULL,
                                 stream uuid NOT NULL, version int NOT NULL, type text NOT NULL,
                                 recorded_at timestamptz NOT NULL DEFAULT now(), payload jsonb NOT NULL,
                                 UNIQUE (project, stream, version))"""
        )
        owner.execute("GRANT INSERT ON raw TO palimpsest_app")
        for n in range(10, 42):
            names = f'[{{"id": "{_id(2)}", "kind": "annotation_set", "subject": "{_id(3)}", "owner": "{_id(4)}"}}]'
            first = f'[{{"c": 1, "s": 1, "t": "t", "v": 1, "p": {PAYLOAD}}}]'
            owner.execute(
                """SELECT es.append(%s, %s, NULL, ARRAY[%s], '{0}', %s, ARRAY[%s], '{x}', '{1}', '{0}', '{}', %s)""",
                [_id(n), _id(4), _id(2), names, _id(5), first],
            )


def _id(n: int) -> UUID:
    return UUID(f"0190a000-0000-7000-8000-0000000000{n:02}")


_VARIABLES = r"""\set project random(10, 41)
\set chance random(1000000000, 4000000000)
"""
_PROJECT = "('0190a000-0000-7000-8000-0000000000' || :project::text)::uuid"
# Ids grow with time, as those that browsers make.
_NEW = "(to_hex(1000 * (1000000 * extract(epoch FROM clock_timestamp()))::bigint) || '00000000' || to_hex(:chance::bigint))"
SCRIPTS = {
    "raw": f"""{_VARIABLES}
        INSERT INTO raw (project, stream, version, type, payload)
        VALUES ({_PROJECT}, ({_NEW})::uuid, 1, 'annotation_added', '{PAYLOAD}')""",
    "append": rf"""{_VARIABLES}
        SELECT es.append({_PROJECT}, '{_id(4)}', NULL, '{{{_id(2)}}}', '{{null}}', NULL, ARRAY[({_NEW})::uuid],
          '{{"\\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}', '{{1}}', '{{null}}', '{{}}',
          ('[{{"c": 1, "s": 1, "t": "annotation_added", "v": 1, "e": "' || {_NEW} || '", "p": {PAYLOAD}}}]')::jsonb)""",
}


def _pgbench(server: Postgres, what: str, *, clients: int) -> float:
    """Transactions a second."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(f"{SCRIPTS[what]};\n")
        file.flush()
        command: list[str | Path] = [
            *(server.bindir / "pgbench", "--no-vacuum", "--protocol=prepared", "--file", file.name),
            *("--client", str(clients), "--jobs", "2", "--time", str(SECONDS), server.url("palimpsest_app")),
        ]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return float(said.split("tps = ")[1].split()[0])


def _server_microseconds(server: Postgres, what: str) -> float:
    """Processor time of one backend for one transaction; 0 where the system does not tell."""
    try:
        ticks = os.sysconf("SC_CLK_TCK")
        with _backends(server) as cpu:
            rate = _pgbench(server, what, clients=1)
            spent = cpu()
    except (OSError, ValueError):
        return 0.0
    return 1e6 * spent / ticks / (rate * SECONDS)


@contextmanager
def _backends(server: Postgres) -> Iterator[Callable[[], int]]:
    """Ticks that processes below the server used since; those that ended are counted in their parent."""
    parent = int((server.data / "postmaster.pid").read_text().split()[0])

    def used() -> int:
        fields = Path(f"/proc/{parent}/stat").read_text().rsplit(") ", 1)[1].split()
        return int(fields[13]) + int(fields[14])

    def ended() -> int:
        time.sleep(0.5)  # until the parent has heard of its child's end
        return used() - before

    before = used()
    yield ended


# --- through Python ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SpanPut:
    ENTITY: ClassVar[str] = "span"
    span: str
    label: str
    spans: list[list[int]]
    attributes: dict[str, str]
    origin: str = "hand"
    text_version: int = 1


@dataclass(frozen=True, slots=True)
class SpanRemoved:
    ENTITY: ClassVar[str] = "span"
    span: str


STORE = Store(Catalog({"span_put@1": SpanPut, "span_removed@1": SpanRemoved}))
ME = UUID(int=1)


def from_python() -> None:
    """Read the streams that a command needs and append one event: what a request costs at the least."""
    project = uuid7()
    written = StreamRef(project, "annotation_set", uuid7(), ME)
    guards = [StreamRef(project, kind) for kind in ("project", "label_schema", "document")]
    for ref in guards:
        STORE.append(project, ME, [_command(ref, [SpanRemoved(str(uuid7()))])], seen={ref: 0})
    reads, appends = [], []
    for version in range(1_500):
        begun = time.perf_counter()
        STORE.tails([written, *guards], [version, 1, 1, 1])
        read = time.perf_counter()
        STORE.append(
            project,
            ME,
            [_command(written, [_put(uuid7())])],
            seen={written: version, **dict.fromkeys(guards, 1)},
        )
        reads.append(read - begun)
        appends.append(time.perf_counter() - read)
    row("read four streams' tails, one client, Python", milliseconds(reads[100:]), "–")
    row("append one event guarded by four streams, one client, Python", milliseconds(appends[100:]), "–")


def _command(ref: StreamRef, events: Sequence[object]) -> NewCommand:
    return NewCommand(uuid7(), b"0" * 32, ref, tuple(NewEvent(ref, event) for event in events))


def _put(span: UUID, start: int = 120) -> SpanPut:
    return SpanPut(str(span), "actor", [[start, start + 14]], {"certainty": "sure", "stance": "for"})


# --- a million events --------------------------------------------------------


class SpanStates(SqlFold):
    """Where every span is now: the read model that most others are made of."""

    name = "bench_span"
    code_version = "1"
    tables: ClassVar[dict[str, str]] = {
        "bench_span": """project uuid, stream uuid, span uuid, span_start int, span_end int, label text,
                         version int NOT NULL, removed boolean NOT NULL"""
    }
    keys: ClassVar[dict[str, tuple[str, ...]]] = {"bench_span": ("project", "stream", "span")}
    folds: ClassVar[dict[str, str]] = {
        "bench_span": """SELECT DISTINCT ON (stream, entity_id)
                                project, stream, entity_id, span_start, span_end, label, version, type = 'span_removed'
                           FROM es.event
                          WHERE project = %(project)s AND position > %(after)s AND position <= %(upto)s
                            AND type IN ('span_put', 'span_removed')
                          ORDER BY stream, entity_id, version DESC"""
    }


REGISTRY = Registry([SpanStates()])


def many(events: int) -> None:
    """Write them, count them, fold them in every way, read them, prove them."""
    REGISTRY.install()
    big, small = uuid7(), uuid7()
    rate = _write(big, min(events, WRITTEN))
    row(f"append, {BATCH:,} events a transaction, one connection", f"{rate:,.0f} events/s", "≥ 35,000/s")
    if (rest := events - WRITTEN) > 0:
        rate = rest / _seconds(lambda: _fill(big, rest))
        row(f"the other {rest:,} of a log of {events:,}, made in the database", f"{rate:,.0f} events/s", "–")
    _write(small, min(events // 5, WRITTEN // 5))
    if rest > 0:
        _fill(small, rest // 5)

    ceiling = events / _seconds(lambda: _count(big), times=3)
    row(f"count {events:,} events, payload touched", f"{ceiling:,.0f} events/s", "–")

    took = _seconds(lambda: list(rebuild(REGISTRY, "bench_span", compare=False)))
    rate = (events + events // 5) / took
    row("rebuild span states, written back and indexed", _against(rate, ceiling), "≥ 600,000/s")

    rate = events // 5 / _seconds(lambda: _consume(small, events // 5))
    row("follow the log from far behind", _against(rate, ceiling), "≥ 200,000/s")

    took = _seconds(lambda: _prove(big))
    row("verify: chain, streams, contents", _against(events / took, ceiling), "≥ 150,000/s a core")

    (stream,) = _stream_of_3000(big)
    latest = [_seconds(lambda: STORE.latest(big, [stream.id])) for _ in range(15)]
    before = STORE.latest(big, [stream.id])[-1].position - 100
    past = [_seconds(lambda: STORE.latest(big, [stream.id], at=before)) for _ in range(15)]
    row("a set of 3,000 spans as values: now", milliseconds(latest), "–")
    row("the same 100 events ago", milliseconds(past), "–")
    row("space, indexes included", f"{_bytes_an_event():,.0f} bytes/event", "–")
    _segment(big, min(events, SEALED))
    row("load average at the end", f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", "–")


def _segment(project: UUID, events: int) -> None:
    """A stretch of the log as a file: how big, and how fast it is written (and proven) and proven again."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "log.parquet"
        begun = time.perf_counter()
        manifest = seal(project, file, upto=events)
        sealed = time.perf_counter() - begun
        proven = _seconds(lambda: check(file))
    row(f"the first {events:,} as a sealed segment", f"{manifest.bytes / events:,.0f} bytes/event", "–")
    row("seal it / prove it again", f"{events / sealed:,.0f} / {events / proven:,.0f} events/s", "–")


def _write(project: UUID, events: int) -> float:
    """Events a second. Streams are of 3,000 spans, as in a long article."""
    chance, written, took, spans = random.Random(7), 0, 0.0, list[UUID]()
    ref = StreamRef(project, "annotation_set", uuid7(), ME)
    while written < events:
        if len(spans) >= 3_000:
            ref, spans = StreamRef(project, "annotation_set", uuid7(), ME), []
        batch = [_event(chance, spans) for _ in range(min(BATCH, events - written))]
        command = _command(ref, batch)
        took += _seconds(lambda: STORE.append(project, ME, [command], seen={ref: None}))  # noqa: B023
        written += len(batch)
    return written / took


def _fill(project: UUID, events: int) -> None:
    """Write events as ``_write`` does, through the same function, but made where they are kept: of millions, making and
    sending them would take most of the time."""
    refs = [StreamRef(project, "annotation_set", uuid7(), ME) for _ in range(events // PER_STREAM)]
    with connection.cursor() as cursor:
        cursor.execute(_FILL)
        cursor.execute(
            "CALL pg_temp.fill(%s, %s, %s, %s)",
            [project, ME, [ref.id for ref in refs], [ref.subject for ref in refs]],
        )


PER_STREAM = 4 * BATCH
_FILL = f"""
CREATE OR REPLACE PROCEDURE pg_temp.fill(project uuid, me uuid, streams uuid[], subjects uuid[]) LANGUAGE plpgsql AS $$
BEGIN
  FOR s IN 1 .. cardinality(streams) LOOP
    FOR b IN 0 .. {PER_STREAM // BATCH - 1} LOOP
      PERFORM es.append(
        project, me, NULL, streams[s:s], '{{null}}',
        jsonb_build_array(jsonb_build_object(
          'id', streams[s], 'kind', 'annotation_set', 'subject', subjects[s], 'owner', me)),
        ARRAY[gen_random_uuid()], ARRAY['\\x00'::bytea], '{{1}}', '{{null}}', '{{}}',
        (SELECT jsonb_agg(jsonb_build_object(
                  'c', 1, 's', 1, 'v', 1, 'e', w.span,
                  't', CASE WHEN w.n % 10 = 9 THEN 'span_removed' ELSE 'span_put' END,
                  'p', CASE WHEN w.n % 10 = 9 THEN jsonb_build_object('span', w.span)
                            ELSE jsonb_build_object(
                              'span', w.span, 'label', 'actor',
                              'spans', jsonb_build_array(jsonb_build_array(w.at, w.at + 14)),
                              'attributes', '{{"certainty": "sure", "stance": "for"}}'::jsonb, 'origin', 'hand',
                              'text_version', 1) END) ORDER BY w.n)
           FROM (SELECT n, (random() * 100000)::int AS at,
                        md5(streams[s]::text ||
                            CASE WHEN n % 10 < 7 THEN n ELSE (random() * n)::int / 10 * 10 END)::uuid AS span
                   FROM generate_series(b * {BATCH}, b * {BATCH} + {BATCH - 1}) n) w));
      COMMIT;
    END LOOP;
  END LOOP;
END $$"""


def _event(chance: random.Random, spans: list[UUID]) -> object:
    what = chance.random()
    if what < 0.7 or not spans:
        spans.append(uuid7())
        return _put(spans[-1], chance.randrange(100_000))
    span = chance.choice(spans)
    return _put(span, chance.randrange(100_000)) if what < 0.9 else SpanRemoved(str(span))


def _count(project: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(payload ->> 'label') FROM es.event WHERE project = %s", [project])
        return int(cursor.fetchone()[0])


def _consume(project: UUID, events: int) -> None:
    """From nothing again, in a live generation that other rows fill already."""
    generation = REGISTRY.live("bench_span")
    with connection.cursor() as cursor:
        SpanStates().clear(cursor, generation, project)
        cursor.execute("UPDATE es.checkpoint SET position = 0 WHERE project = %s", [project])
    assert REGISTRY.catch_up(project) == events


def _prove(project: UUID) -> None:
    for checked in verify(project):
        assert not checked.breaks, checked.breaks


def _stream_of_3000(project: UUID) -> list[StreamRef]:
    sql = "SELECT stream FROM es.event WHERE project = %s GROUP BY 1 HAVING count(DISTINCT entity_id) >= 3000 LIMIT 1"
    with connection.cursor() as cursor:
        cursor.execute(sql, [project])
        (stream,) = cursor.fetchone()
    return [ref for ref in streams_of(project, kind="annotation_set") if ref.id == stream]


def _bytes_an_event() -> float:
    sql = """SELECT (SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('es.event')) / count(*)
               FROM es.event"""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return float(cursor.fetchone()[0])


def _seconds(work: Callable[[], object], *, times: int = 1) -> float:
    """The shortest time of some."""

    def once() -> float:
        begun = time.perf_counter()
        work()
        return time.perf_counter() - begun

    return min(once() for _ in range(times))


def _against(rate: float, ceiling: float) -> str:
    return f"{rate:,.0f} events/s, {rate / ceiling:.2f} of the count"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
