"""The Celery app. State is in Postgres; the broker only carries primary keys (decision 1).

No result backend and no chord. A task is acknowledged after it ran, so a killed worker's task is delivered again.
"""

import os

from celery import Celery
from celery.signals import worker_process_init
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")  # before the first read of `settings` below

app = Celery("tiller", broker=settings.CELERY_BROKER_URL)
app.conf.update(
    include=[
        "workers.tasks.chat",
        "workers.tasks.feed",
        "workers.tasks.labelling",
        "workers.tasks.lifecycle",
        "workers.tasks.training",
        "workers.tasks.vision",
    ],
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_default_queue="default",
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 3600,  # the sweeper re-sends long before
        # The unix socket of the embedded broker: fail fast, the row is already safe.
        "socket_connect_timeout": 2,
        "queue_order_strategy": "priority",
    },
    task_publish_retry=False,
)


@worker_process_init.connect
def die_with_parent(**_: object) -> None:
    """End a pool child when its parent is killed: an orphan would hold memory and the queue's pipe."""
    from webapp.embedded.processes import die_with_parent as arm

    arm()
