"""Celery's clock: it sends the sweep every few seconds. It needs no Django, so it loads none."""

from annotator.config.celery import app

if __name__ == "__main__":
    app.Beat(loglevel="WARNING", quiet=True).run()
