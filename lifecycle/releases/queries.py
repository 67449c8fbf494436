"""Choose the queries by which two versions are compared: what people search for, what campaigns ask about, and golden ones."""

import json
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Max
from django.db.models.functions import Lower

from feed.models import SearchSession
from labelling.models import CampaignQuery

NUM_QUERIES = 20
MAX_SEARCHED, MAX_ASKED = 8, 6  # the rest is golden
GOLDEN_FILE = Path(settings.BASE_DIR) / "vision" / "clip" / "golden" / "open_queries.jsonl"

Chosen = list[tuple[str, str]]  # (query, where it came from)


def queries_chosen() -> Chosen:
    """Return NUM_QUERIES queries, each once: most searched for (by most people), of the latest campaigns, golden."""
    chosen: dict[str, tuple[str, str]] = {}
    for origin, queries, upto in (
        ("searched", _searched(), MAX_SEARCHED),
        ("campaign", _asked(), MAX_SEARCHED + MAX_ASKED),
        ("golden", _golden(), NUM_QUERIES),
    ):
        for query in queries:
            if len(chosen) < upto:
                chosen.setdefault(query.lower(), (query, origin))
    return list(chosen.values())


def _searched() -> list[str]:
    words = SearchSession.objects.filter(query__regex=r"\w").annotate(words=Lower("query")).values("words")
    by_people = words.annotate(num_viewers=Count("viewer", distinct=True), latest=Max("created_at"))
    return [row["words"] for row in by_people.order_by("-num_viewers", "-latest")[:MAX_SEARCHED]]


def _asked() -> list[str]:
    latest = CampaignQuery.objects.order_by("-campaign_id", "id").values_list("text", flat=True)
    return list(dict.fromkeys(latest[: 5 * MAX_ASKED]))


def _golden() -> list[str]:
    return [json.loads(line)["query"] for line in GOLDEN_FILE.read_text("utf-8").splitlines() if line]
