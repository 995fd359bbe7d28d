"""What workers do. A task is only a hint: what there is to do, and what is done, is in the database."""

from annotator.tasks.jobs import run_job
from annotator.tasks.learning import learn
from annotator.tasks.projections import project_events
from annotator.tasks.proof import sign
from annotator.tasks.sweep import sweep
from annotator.tasks.webhooks import tell_webhook

__all__ = ["learn", "project_events", "run_job", "sign", "sweep", "tell_webhook"]
