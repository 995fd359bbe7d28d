"""Who may call which operation: one row for each, and nothing is answered without its row.

The row decides before the view runs. What a project's operation then shows is narrowed further by
`application.access`; the commands of the one door for changes are judged one by one by
`application.permissions`.
"""

from dataclasses import dataclass
from typing import Final, Literal

Who = Literal["anyone", "account", "staff", "viewer", "annotator", "curator", "manager"]


@dataclass(frozen=True, slots=True)
class Row:
    """``who``: the least that a caller must be; roles are those in the project that the path names, staff runs the service.

    ``changes``: a read-only token may not call it.
    """

    method: Literal["GET", "POST", "DELETE"]
    path: str
    who: Who
    changes: bool = False


ACCESS: Final[dict[str, Row]] = {
    "read_session": Row("GET", "session", "anyone"),
    "sign_in": Row("POST", "session", "anyone"),
    "sign_out": Row("DELETE", "session", "anyone"),
    "read_preferences": Row("GET", "session/preferences", "account"),
    "set_preferences": Row("POST", "session/preferences", "account", changes=True),
    "read_openapi": Row("GET", "schema", "anyone"),
    "list_templates": Row("GET", "templates", "account"),
    "list_formats": Row("GET", "formats", "account"),
    "list_notices": Row("GET", "notices", "account"),
    "list_projects": Row("GET", "projects", "account"),
    "send_commands": Row("POST", "projects/{project}/commands", "account", changes=True),
    "read_project": Row("GET", "projects/{project}", "viewer"),
    "read_schema": Row("GET", "projects/{project}/schema", "viewer"),
    "read_guideline": Row("GET", "projects/{project}/guideline", "viewer"),
    "list_guideline_versions": Row("GET", "projects/{project}/guideline/versions", "viewer"),
    "mark_guideline_read": Row("POST", "projects/{project}/guideline/read", "viewer", changes=True),
    "list_members": Row("GET", "projects/{project}/members", "curator"),
    "list_authors": Row("GET", "projects/{project}/authors", "viewer"),
    "list_documents": Row("GET", "projects/{project}/documents", "viewer"),
    "read_document": Row("GET", "projects/{project}/documents/{document}", "viewer"),
    "read_copies": Row("GET", "projects/{project}/documents/{document}/copies", "viewer"),
    "read_history": Row("GET", "projects/{project}/documents/{document}/history", "viewer"),
    "next_document": Row("POST", "projects/{project}/next", "annotator", changes=True),
    "read_work": Row("GET", "projects/{project}/work", "annotator"),
    "read_assignment": Row("GET", "projects/{project}/assignment", "curator"),
    "hand_out": Row("POST", "projects/{project}/assignment/shares", "manager", changes=True),
    "mark_notices_read": Row("POST", "projects/{project}/notices/read", "annotator", changes=True),
    "list_threads": Row("GET", "projects/{project}/documents/{document}/threads", "annotator"),
    "preview_restoration": Row("GET", "projects/{project}/documents/{document}/restoration", "annotator"),
    "restore": Row("POST", "projects/{project}/documents/{document}/restoration", "annotator", changes=True),
    "read_curation": Row("GET", "projects/{project}/documents/{document}/curation", "curator"),
    "read_certificate": Row(
        "GET", "projects/{project}/documents/{document}/gold/{label}/certificate", "curator"
    ),
    "list_orphans": Row("GET", "projects/{project}/orphans", "annotator"),
    "read_queue": Row("GET", "projects/{project}/queue", "curator"),
    "read_acceptance": Row("GET", "projects/{project}/quality/suggestions", "annotator"),
    "read_quality": Row("GET", "projects/{project}/quality", "annotator"),
    "list_my_results": Row("GET", "projects/{project}/my-results", "annotator"),
    "read_my_results": Row("GET", "projects/{project}/documents/{document}/my-results", "annotator"),
    "list_appeals": Row("GET", "projects/{project}/documents/{document}/appeals", "curator"),
    "read_training": Row("GET", "projects/{project}/training", "annotator"),
    "list_policies": Row("GET", "projects/{project}/policies", "curator"),
    "try_policy": Row("POST", "projects/{project}/what-if", "curator", changes=True),
    "read_gold": Row("GET", "projects/{project}/documents/{document}/gold", "viewer"),
    "read_agreement": Row("GET", "projects/{project}/agreement", "annotator"),
    "read_agreement_cell": Row("GET", "projects/{project}/agreement/cell", "annotator"),
    "list_events": Row("GET", "projects/{project}/events", "viewer"),
    "follow_events": Row("GET", "projects/{project}/feed", "viewer"),
    "read_register": Row("GET", "projects/{project}/register", "annotator"),
    "list_mentions": Row("GET", "projects/{project}/register/{entity}/mentions", "annotator"),
    "list_sources": Row("GET", "projects/{project}/sources", "annotator"),
    "ask_source": Row("POST", "projects/{project}/sources/{source}/runs", "manager", changes=True),
    "give_source_file": Row("POST", "projects/{project}/sources/{source}/file", "manager", changes=True),
    "search_gazetteer": Row("GET", "projects/{project}/gazetteer", "annotator"),
    "start_import": Row("POST", "projects/{project}/imports", "manager", changes=True),
    "start_export": Row("POST", "projects/{project}/exports", "curator", changes=True),
    "list_releases": Row("GET", "projects/{project}/releases", "viewer"),
    "read_release": Row("GET", "projects/{project}/releases/{release}", "viewer"),
    "diff_gold": Row("GET", "projects/{project}/gold/diff", "viewer"),
    "follow_gold": Row("GET", "projects/{project}/gold/changes", "viewer"),
    "list_webhooks": Row("GET", "projects/{project}/webhooks", "manager"),
    "add_webhook": Row("POST", "projects/{project}/webhooks", "manager", changes=True),
    "change_webhook": Row("POST", "projects/{project}/webhooks/{webhook}", "manager", changes=True),
    "remove_webhook": Row("DELETE", "projects/{project}/webhooks/{webhook}", "manager", changes=True),
    "rotate_webhook_secret": Row(
        "POST", "projects/{project}/webhooks/{webhook}/secret", "manager", changes=True
    ),
    "test_webhook": Row("POST", "projects/{project}/webhooks/{webhook}/test", "manager", changes=True),
    "redeliver_webhook": Row(
        "POST", "projects/{project}/webhooks/{webhook}/redelivery", "manager", changes=True
    ),
    "list_erasures": Row("GET", "projects/{project}/erasures", "manager"),
    "preview_erasure": Row("POST", "projects/{project}/erasures/preview", "manager"),
    "erase": Row("POST", "projects/{project}/erasures", "manager", changes=True),
    "retry_projection": Row("POST", "projects/{project}/retries", "manager", changes=True),
    "list_rebuilds": Row("GET", "rebuilds", "staff"),
    "start_rebuild": Row("POST", "rebuilds", "staff", changes=True),
    "cancel_rebuild": Row("DELETE", "rebuilds/{job}", "staff", changes=True),
    "list_jobs": Row("GET", "projects/{project}/jobs", "curator"),
    "read_job": Row("GET", "projects/{project}/jobs/{job}", "curator"),
    "download_job_file": Row("GET", "projects/{project}/jobs/{job}/file", "curator"),
}
