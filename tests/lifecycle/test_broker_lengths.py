"""What lies in the broker, asked of the tests' own; and a broker that is gone."""

import uuid

from workers import dispatch
from workers.app import app


def test_messages_are_counted_by_queue(monkeypatch):
    name = f"test-{uuid.uuid4()}"
    monkeypatch.setattr(dispatch, "QUEUES", (name, "empty"))
    with app.connection_for_write() as connection:
        for _ in range(3):
            connection.SimpleQueue(name).put({})

    assert dispatch.queue_lengths() == {name: 3, "empty": 0}


def test_a_broker_that_is_gone_is_not_waited_for(monkeypatch):
    waits = []
    monkeypatch.setattr("kombu.utils.functional.sleep", waits.append)
    monkeypatch.setattr(app.conf, "broker_read_url", "redis://127.0.0.1:1")

    assert dispatch.queue_lengths() == {} and waits == []
