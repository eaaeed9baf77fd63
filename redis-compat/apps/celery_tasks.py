"""The tasks of celery_jobs.py; a worker is started on this module."""

import os
import time

import redis
from celery import Celery

URL = os.environ["COMPAT_REDIS_URL"]
app = Celery("celery_tasks", broker=f"{URL}/1", backend=f"{URL}/2")
app.conf.update(
    broker_connection_retry=True,
    broker_transport_options={"visibility_timeout": 30, "priority_steps": [0, 5, 9]},
    result_expires=600,
    task_acks_late=True,
    task_track_started=True,
    worker_prefetch_multiplier=1,
    beat_schedule={"beat": {"task": "celery_tasks.note", "schedule": 1.0, "args": ("beat", "x")}},
)


@app.task
def add(x, y):
    return x + y


@app.task
def note(key, value):
    """Appends to a list, so that the order of tasks can be seen."""
    return redis.Redis.from_url(f"{URL}/2").rpush(key, value)


@app.task
def total(values):
    return sum(values)


@app.task
def fail():
    raise ValueError("no luck")


@app.task(bind=True, max_retries=3)
def succeed_at(self, number):
    """Fails until it has been tried `number` times."""
    tried = self.request.retries + 1
    if tried < number:
        raise self.retry(exc=ValueError(f"try {tried}"), countdown=0.5)
    return tried


@app.task
def sleep(seconds):
    time.sleep(seconds)


@app.task(bind=True)
def progress(self):
    self.update_state(state="PROGRESS", meta={"done": 50})
    time.sleep(1)
    return "all"
