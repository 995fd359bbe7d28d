"""Where the database is and how this process speaks to it."""

from typing import Any

from psycopg.conninfo import conninfo_to_dict

from annotator.config.environment import Environment

APPLICATION_ROLE = "palimpsest_app"
"""May read, and append through the log's functions; may not change or remove an event."""

# A connection waits this long for a server that does not answer, in seconds; callers turn it into 503.
PATIENCE = 2

# Milliseconds; 0 is no limit. A worker's chunk of work ends within 30 s, a request much sooner.
_STATEMENT_TIMEOUT = {"web": 15_000, "worker": 60_000, "beat": 5_000, "command": 0, "owner": 0}
_IDLE_TIMEOUT = {"web": 30_000, "worker": 30_000, "beat": 5_000, "command": 0, "owner": 0}
_LOCK_TIMEOUT = {"web": 3_000, "worker": 3_000, "beat": 3_000, "command": 30_000, "owner": 30_000}


def database(settings: Environment) -> dict[str, Any]:
    """Django's description of the connection for this kind of process.

    Owner processes keep their own role, all others take the application's, so that
    the server itself refuses them a change of the log.
    """
    parts = conninfo_to_dict(_url(settings))
    options = [f"-c {name}={value}" for name, value in _server_settings(settings).items()]
    extra = {key: value for key, value in parts.items() if key not in _DJANGO_KEYS and key != "options"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{django: str(parts.get(key) or "") for key, django in _DJANGO_KEYS.items()},
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": PATIENCE,
            "application_name": f"palimpsest {settings.process}",
            # The log's statements stay prepared on the server. Behind a pooler that shares connections between
            # transactions this must be off.
            "prepare_threshold": 2,
            **extra,
            "options": " ".join([*options, str(parts.get("options") or "")]).strip(),
            **_pool(settings),
        },
    }


_DJANGO_KEYS = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def _url(settings: Environment) -> str:
    if settings.process == "owner" and settings.database_owner_url:
        return settings.database_owner_url
    # Without a server nothing fails before it is needed: `makemigrations` and the like work.
    return settings.database_url or f"host={settings.home / 'run'} dbname=palimpsest user={APPLICATION_ROLE}"


def _server_settings(settings: Environment) -> dict[str, str | int]:
    limits: dict[str, str | int] = {
        "statement_timeout": _STATEMENT_TIMEOUT[settings.process],
        "idle_in_transaction_session_timeout": _IDLE_TIMEOUT[settings.process],
        "lock_timeout": _LOCK_TIMEOUT[settings.process],
    }
    return limits if settings.process == "owner" else {"role": APPLICATION_ROLE, **limits}


def _pool(settings: Environment) -> dict[str, Any]:
    """One pool a process, opened after any fork; a command is one thread and needs none.

    A pool grows by one connection at a time, and does not while a try that failed waits for its next turn: after an
    outage all would have to share what little was left. So a try gives up at once, and the next request begins anew.
    """
    patience = {"timeout": PATIENCE, "reconnect_timeout": 0}
    match settings.process:
        case "web":
            return {"pool": {"min_size": 1, "max_size": 8, **patience}}
        case "worker":
            return {"pool": {"min_size": 0, "max_size": 4, **patience}}
        case _:
            return {}
