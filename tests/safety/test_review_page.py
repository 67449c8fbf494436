"""The review page in a real browser: a moderator without a mouse, pictures covered, undo, phone width."""

import re

import pytest
from playwright.sync_api import expect

from chat.models import IntentDocument
from safety.models import AuditEntry, Decision, ReviewJob, Sanction
from safety.services.claims import jobs_claim
from safety.services.jobs import flag_create, review_request
from tests.browser.chromium import chromium_page, chromium_path
from tests.chat.driving import complete, send
from tests.safety.conftest import Shelf, open_review
from vision.models import Video

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(chromium_path() is None, reason="no Chromium on this machine"),
]
HAZARDS = ("hate", "privacy", "sexual_content", "violent_crimes")


def _queue(shelf, num_jobs):
    shelf.update(dict.fromkeys(range(100, 100 + num_jobs), "pending"))
    for number in range(100, 100 + num_jobs):
        hazard = HAZARDS[number % len(HAZARDS)]
        review_request(target_kind="video", target_id=number, hazards=[hazard], p_unsafe=0.7)


def _mixed_queue(shelf, users, num_jobs):
    """Held by the guard or reported, of four hazards and three authors, one in four of nobody known."""
    shelf.update({number: "pending" if number % 5 else "approved" for number in range(100, 100 + num_jobs)})
    authors = [users["alice"].pk, users["bob"].pk, users["lena"].pk, None]
    for number in range(100, 100 + num_jobs):
        if authors[number % 4]:
            Shelf.authors[number] = authors[number % 4]
        hazard = HAZARDS[number % len(HAZARDS)]
        if number % 5:
            review_request(target_kind="video", target_id=number, hazards=[hazard], p_unsafe=0.7)
        else:
            reporter = users["alice"] if number % 2 else users["bob"]
            flag_create(reporter_id=reporter.pk, target_kind="video", target_id=number, category=hazard)


def _all_is_on_record():
    decisions = Decision.objects.exclude(action="undo")
    told = AuditEntry.objects.filter(verb__startswith="decision_").values_list("detail__decision", flat=True)
    assert sorted(told) == sorted(Decision.objects.values_list("pk", flat=True))
    assert AuditEntry.objects.filter(target_kind="account").count() == Sanction.objects.count()
    assert not ReviewJob.objects.filter(state="open").exists()
    return decisions


def _real_queue(users, num_jobs):
    """Real videos, held or reported, and real messages that steered their viewer, in turns; return the jobs' targets by kind."""
    viewers = [users["alice"], users["bob"], users["lena"]]
    targets = {"video": [], "message": []}
    for number in range(num_jobs):
        viewer, hazard = viewers[number % 3], HAZARDS[number % len(HAZARDS)]
        if number % 2:
            kind, target_id = "message", send(viewer, f"more of number {number} please")
            complete(target_id, f"number {number}")
        else:
            kind, target_id = "video", _video(number, viewer)
        targets[kind].append(target_id)
        if number % 10:
            review_request(target_kind=kind, target_id=target_id, hazards=[hazard], p_unsafe=0.7)
        else:
            flag_create(reporter_id=viewers[number % 3 - 1].pk, target_kind=kind, target_id=target_id, category=hazard)
    return targets


def _video(number, uploader):
    visibility = "pending" if number % 10 else "approved"
    return Video.objects.create(
        title=f"Clip {number}", source="upload", state="ready", visibility=visibility, uploader=uploader
    ).pk


def test_a_moderator_clears_a_hundred_mixed_jobs_without_a_mouse(users, live_server, settings, monkeypatch):
    """Given fifty videos and fifty messages of four hazards and three authors, held by the guard or reported."""
    settings.SAFETY_SECOND_REVIEW_SHARE = 0.0
    monkeypatch.setattr("safety.services.jobs.MAX_FLAGS", 100)
    targets = _real_queue(users, 100)
    with chromium_page(viewport={"width": 1280, "height": 800}) as page:
        open_review(page, live_server, users["mona"])

        for number in range(100):
            expect(page.get_by_role("article")).to_be_visible(timeout=60_000)
            if number == 10:
                page.keyboard.press("n")
                page.keyboard.type("a remark")
                page.keyboard.press("Escape")
            keys = "arx" if page.locator("[data-action=restrict]").is_visible() else "ar"
            key = keys[number // 2 % len(keys)]
            if number % 9 == 1 and key != "a":
                page.keyboard.press("ws"[number % 2])
            page.keyboard.press(key)

        expect(page.get_by_text("Nothing waits for you")).to_be_visible(timeout=60_000)
        expect(page.locator("#counts")).to_have_text("0 waiting", timeout=60_000)
        page.keyboard.press("u")
        expect(page.get_by_role("article")).to_be_visible(timeout=60_000)
        page.keyboard.press("r")
        expect(page.locator("#counts")).to_have_text("0 waiting", timeout=60_000)

    standing = _all_is_on_record().filter(superseded_by=None)
    assert standing.count() == 100 and standing.filter(note="a remark").count() == 1 and Sanction.objects.exists()
    _videos_are_as_decided(standing.filter(job__target_kind="video"), targets["video"])
    _messages_are_as_decided(standing.filter(job__target_kind="message"), targets["message"])


def _videos_are_as_decided(decisions, video_ids):
    decided = dict(decisions.values_list("job__target_id", "action"))
    after = {"approve": "approved", "remove": "removed", "restrict": "restricted"}
    shown = dict(Video.objects.values_list("pk", "visibility"))
    assert sorted(decided) == sorted(video_ids) and set(decided.values()) == set(after)
    assert shown == {pk: after[action] for pk, action in decided.items()}


def _messages_are_as_decided(decisions, message_ids):
    decided = dict(decisions.values_list("job__target_id", "action"))
    assert sorted(decided) == sorted(message_ids) and set(decided.values()) == {"approve", "remove"}
    documents = IntentDocument.objects.values_list("document", flat=True)
    is_paused = {
        steer["origin"]["message_id"]: steer["paused"] for document in documents for steer in document["steers"]
    }
    assert len(is_paused) > 40  # the oldest of many fall out of a document
    assert is_paused == {pk: decided[pk] == "remove" for pk in is_paused}


def test_approving_with_a_warning_is_stopped_before_it_is_sent(users, shelf, live_server):
    Shelf.authors[8] = users["bob"].pk
    review_request(target_kind="video", target_id=8, hazards=["hate"], p_unsafe=0.7)
    with chromium_page() as page:
        open_review(page, live_server, users["mona"])
        expect(page.get_by_role("article")).to_be_visible(timeout=60_000)

        page.keyboard.press("w")
        page.keyboard.press("a")

        expect(page.get_by_text("What is approved is no reason to warn")).to_be_visible(timeout=60_000)
        expect(page.get_by_role("article")).to_be_visible()
        page.keyboard.press("w")
        page.keyboard.press("a")
        expect(page.get_by_text("Nothing waits for you")).to_be_visible(timeout=60_000)

    assert Decision.objects.get().action == "approve" and not Sanction.objects.exists()


def test_two_moderators_at_once_never_get_the_same_job(users, shelf, live_server):
    _mixed_queue(shelf, users, 30)
    seen = {"mona": [], "ada": []}
    with chromium_page() as first:
        pages = {"mona": first, "ada": first.context.browser.new_context().new_page()}
        for name, page in pages.items():
            open_review(page, live_server, users[name])
        for page in pages.values():
            expect(page.get_by_role("article")).to_be_visible(timeout=60_000)

        while any(page.get_by_role("article").count() for page in pages.values()):
            for name, page in pages.items():
                if page.get_by_role("article").count():
                    seen[name].append(page.get_by_role("article").get_attribute("data-job-id"))
                    page.keyboard.press("a" if name == "mona" else "r")
            first.wait_for_timeout(100)
        for page in pages.values():
            expect(page.locator("#counts")).to_have_text(re.compile("^0 waiting$"), timeout=60_000)

    assert not set(seen["mona"]) & set(seen["ada"]) and min(map(len, seen.values())) > 5
    assert _all_is_on_record().count() == 30 == len({*seen["mona"], *seen["ada"]})


def test_the_picture_stays_covered_until_asked_for(users, shelf, live_server):
    _queue(shelf, 2)
    with chromium_page() as page:
        open_review(page, live_server, users["mona"])
        poster = page.locator(".job__poster")
        expect(poster).to_have_css("filter", re.compile(r"blur\(.+\) grayscale\(1\)"))

        page.keyboard.press("v")

        expect(poster).to_have_css("filter", "none")
        page.keyboard.press("j")
        expect(page.locator(".job__poster")).to_have_css("filter", re.compile("blur"))


def test_undo_brings_the_job_back_as_it_was(users, shelf, live_server):
    _queue(shelf, 1)
    with chromium_page() as page:
        open_review(page, live_server, users["mona"])
        title = page.get_by_role("article").get_by_role("heading", level=2)
        expect(title).to_have_text("Clip 100")

        page.keyboard.press("r")
        expect(page.get_by_text("Nothing waits for you")).to_be_visible()
        page.keyboard.press("u")

        expect(title).to_have_text("Clip 100")

    assert shelf[100] == "pending"
    assert list(Decision.objects.order_by("pk").values_list("action", flat=True)) == ["remove", "undo"]


def test_jobs_of_another_moderator_are_not_shown(users, shelf, live_server):
    _queue(shelf, 3)
    jobs_claim(moderator_id=users["ada"].pk, max_jobs=2)

    with chromium_page() as page:
        open_review(page, live_server, users["mona"])

        expect(page.locator(".queue-item")).to_have_count(1)
        expect(page.locator("#counts")).to_have_text("3 waiting, 2 with other moderators")


def test_a_phone_shows_everything_without_scrolling_sideways(users, shelf, live_server):
    _queue(shelf, 3)
    with chromium_page(viewport={"width": 360, "height": 740}) as page:
        open_review(page, live_server, users["mona"])
        expect(page.get_by_role("button", name="Approve")).to_be_in_viewport(ratio=1)

        width_px = page.evaluate("document.documentElement.scrollWidth")

    assert width_px <= 360


def test_viewers_do_not_get_in(users, client):
    client.force_login(users["alice"])

    answers = [
        client.get("/review").status_code,
        client.post("/api/safety/jobs/claim", {}, content_type="application/json").status_code,
        client.post(
            "/api/safety/batches/9d6f7f38-3c64-4c6e-9d0f-0d6a1d3b5a11/undo", {}, content_type="application/json"
        ).status_code,
    ]

    assert answers == [403, 403, 403]
    assert client.post("/api/safety/jobs/release").status_code == 403
