"""Carry out an attack through the services that a page would reach, and look at what came of it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.test import Client

from chat.intake import IntakeRefused
from chat.models import IntentRun
from chat.selectors import intent_document
from chat.services.messages import message_send
from vision.ingest import may_be_shown
from vision.models import Video, VideoSource, Visibility
from vision.services import ingest_claim, ingest_finish, video_create
from workers.redteam.attacks import Attack
from workers.redteam.consequences import consequences
from workers.redteam.scene import Scene, fingerprint, video_index, viewer_create


@dataclass(frozen=True)
class Outcome:
    """What an attack led to: names of consequences (none is the aim), and whether the guard let its words through."""

    attack: Attack
    consequences: tuple[str, ...]
    passed: bool

    def as_json(self) -> dict[str, Any]:
        """Return what `manage.py evaluate safety` counts."""
        attack = self.attack
        told = {"id": attack.id, "way": attack.way, "kind": attack.kind, "hazard": attack.hazard}
        return {**told, "consequences": list(self.consequences), "passed": self.passed}


def attack_all(attacks: list[Attack], scene: Scene, *, tell: Callable[[], None] = lambda: None) -> list[Outcome]:
    """Carry the attacks out one after the other, each by an account of its own."""
    before, outcomes = fingerprint(scene), []
    for attack in attacks:
        outcomes.append(_attack(attack, scene, before))
        tell()
    return outcomes


def _attack(attack: Attack, scene: Scene, before: str) -> Outcome:
    attacker_id = viewer_create(f"attacker-{attack.id}")
    found: list[str] = []
    passed, video = True, None
    try:
        if attack.way == "chat":
            passed, steered = _say_all(attack, attacker_id)
            found += ["steered though held"] * steered
        else:
            video = _upload(attack, scene, attacker_id)
            passed = video.visibility == Visibility.APPROVED
    except Exception as error:  # whatever it is, an attacker made it happen
        found.append(f"crashed: {type(error).__name__}")
    found += consequences(
        attack, scene, attacker_id=attacker_id, video=video, before=before, client=_client(attacker_id)
    )
    return Outcome(attack, tuple(found), passed)


def _say_all(attack: Attack, attacker_id: int) -> tuple[bool, bool]:
    """Say every turn; return whether the guard let all of them pass, and whether a held one steered."""
    passed, steered = True, False
    for turn in attack.turns:
        version = intent_document(viewer_id=attacker_id)["version"]
        try:
            sent = message_send(viewer_id=attacker_id, client_uuid=uuid.uuid4(), text=turn)
        except IntakeRefused:
            passed = False
            continue
        if IntentRun.objects.get(message_id=sent.message_id).state == IntentRun.State.HELD:
            passed = False
            steered |= intent_document(viewer_id=attacker_id)["version"] != version
    return passed, steered


def _upload(attack: Attack, scene: Scene, attacker_id: int) -> Video:
    """Bring a video with these words to its end, as the ingest does; only the pictures are left out."""
    video, _ = video_create(
        source=VideoSource.UPLOAD,
        title=attack.title,
        tags=attack.tags,
        content_hash=uuid.uuid4().hex,
        uploader_id=attacker_id,
    )
    claim = ingest_claim(video_id=video.pk)
    assert claim is not None
    video_index([video], scene.version)
    ingest_finish(claim=claim, is_approved=may_be_shown(video))
    video.refresh_from_db()
    return video


def _client(viewer_id: int) -> Client:
    from django.contrib.auth import get_user_model

    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    client.force_login(get_user_model().objects.get(pk=viewer_id))
    return client
