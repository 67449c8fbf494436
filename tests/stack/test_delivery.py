"""One reply a message, one intent version each, nothing lost: with real processes that are killed."""

import os
import signal
import threading
import time
import uuid
from pathlib import Path

from tests.stack.viewer import Viewer


def _replies(viewer):
    return [message for message in viewer.state()["messages"] if message["author"] == "tiller"]


def _llm_children(home: Path) -> list[int]:
    """Return the pool processes of the worker that runs the stages (its children, not itself)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            environment = (entry / "environ").read_bytes()
            stat = (entry / "stat").read_text()
        except OSError:
            continue
        if str(home).encode() not in environment or b"TILLER_WORKER_QUEUES=llm" not in environment:
            continue
        parent = stat.rsplit(")", 1)[1].split()[1]
        try:
            if b"TILLER_WORKER_QUEUES=llm" in Path(f"/proc/{parent}/environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def _some_llm_child(home: Path) -> int:
    """Return one that lives; those killed a moment ago may all have to be started again first."""
    deadline = time.monotonic() + 60
    while not (children := _llm_children(home)):
        assert time.monotonic() < deadline, "no worker comes back"
        time.sleep(0.05)
    return children[0]


def test_the_same_message_twice_is_answered_once(server):
    viewer = Viewer(server)
    client_uuid = str(uuid.uuid4())

    first = viewer.send("more waterfalls please", client_uuid=client_uuid).json()
    second = viewer.send("more waterfalls please", client_uuid=client_uuid).json()
    viewer.reply_to(first["message_id"])

    assert second == {"message_id": first["message_id"], "duplicate": True}
    assert len(_replies(viewer)) == 1
    assert viewer.state()["intent"]["version"] == 1


def test_the_same_message_from_two_threads_is_one_message(server):
    viewer = Viewer(server)
    client_uuid = str(uuid.uuid4())
    answers = []

    def send():
        answers.append(viewer.send("more waterfalls please", client_uuid=client_uuid).json())

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    viewer.reply_to(answers[0]["message_id"])

    assert len({answer["message_id"] for answer in answers}) == 1
    assert sorted(answer["duplicate"] for answer in answers) == [False, True, True, True]
    assert len(_replies(viewer)) == 1


def test_two_messages_at_once_give_one_reply_and_one_version_each(server):
    viewer = Viewer(server)
    accepted = []

    def send(text):
        accepted.append(viewer.send(text).json()["message_id"])

    threads = [threading.Thread(target=send, args=(text,)) for text in ("more jellyfish please", "no more football")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for message_id in accepted:
        viewer.reply_to(message_id)

    assert len(_replies(viewer)) == 2
    document = viewer.state()["intent"]
    assert document["version"] == 2
    assert {steer["direction"] for steer in document["steers"]} == {"more", "less"}


def test_workers_killed_in_the_middle_lose_nothing(server):
    viewer = Viewer(server)
    texts = ["more jellyfish please", "no more football", "show me waterfalls", "I'd like more pottery"]
    accepted = []

    for text in texts:
        accepted.append(viewer.send(text).json()["message_id"])
        time.sleep(0.02)
        os.kill(_some_llm_child(server.home), signal.SIGKILL)
    for message_id in accepted:
        viewer.reply_to(message_id)

    assert len(_replies(viewer)) == len(texts)
    assert viewer.state()["intent"]["version"] == len(texts)


def test_events_are_numbered_without_a_gap_and_the_same_after_a_reload(server):
    viewer = Viewer(server)
    viewer.say("more jellyfish please")
    viewer.say("no more football")

    everything = viewer.events()
    middle = everything[len(everything) // 2]["seq"]

    assert [event["seq"] for event in everything] == list(range(1, len(everything) + 1))
    assert viewer.events(after=middle) == [event for event in everything if event["seq"] > middle]
