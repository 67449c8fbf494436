"""Compare what a candidate would find with what the serving version finds, before it has an index. Leads to torch: in workers only."""

from typing import Any

from lifecycle.models import Comparison, ComparisonState
from lifecycle.releases.comparisons import (
    Claim,
    ComparisonLostError,
    comparison_claim,
    comparison_end,
    comparison_write,
)
from lifecycle.releases.queries import queries_chosen
from vision.encoders import texts_encode
from vision.index import search
from vision.preview import seen_by
from vision.selectors import serving_version, text_space

NUM_SHOWN = 8  # results of a query


class NothingToCompareError(ValueError):
    """The two versions cannot be compared; the message says why."""


def comparison_run(*, comparison_id: int) -> bool:
    """Do what is asked for and write it; False where there is nothing to do or another worker has it."""
    claim = comparison_claim(comparison_id)
    if claim is None:
        return False
    comparison = Comparison.objects.select_related("version").get(pk=comparison_id)
    try:
        rows = _compared(comparison, claim)
        comparison_end(claim, state=ComparisonState.DONE, rows=rows)
    except ComparisonLostError:
        return False
    except ValueError as error:  # NoEncoderError, NothingToCompareError: words for the page
        comparison_end(claim, state=ComparisonState.FAILED, problem=str(error)[:300])
    return True


def _compared(comparison: Comparison, claim: Claim) -> list[dict[str, Any]]:
    """Return a row a query, the biggest change first."""
    version, serving = comparison.version, serving_version()
    if serving is None or serving == version or text_space(serving) != text_space(version):
        now = serving.slug if serving else "nothing"
        raise NothingToCompareError(f"{now} serves now: {version.slug} cannot be laid beside it.")
    comparison_write(claim, base=serving.slug)
    seen = seen_by(version=version, told=lambda done, total: comparison_write(claim, num_done=done, num_videos=total))
    chosen = queries_chosen()
    rows = []
    for (query, origin), vector in zip(
        chosen, texts_encode(version=serving, texts=[q for q, _ in chosen]), strict=True
    ):
        asked: dict[str, Any] = {"limit": NUM_SHOWN, "text_query": query, "with_moments": False, "version": serving}
        before, after = ([hit.video_id for hit in search(vector, **asked, seen=by)] for by in (None, seen))
        told = {"query": query, "origin": origin, "before": before, "after": after}
        rows.append(told | {"change": changed(before, after)})
    return sorted(rows, key=lambda row: -row["change"])


def changed(before: list[int], after: list[int]) -> float:
    """Return how much a list of results changed, 0 (the same) to 1 (nothing left): 1 less the average overlap of their heads.

    The overlap of the first d, averaged over all depths d, so the top weighs most (Webber et al., TOIS 2010, without the tail).
    """
    depths = range(1, max(len(before), len(after)) + 1)
    overlaps = [len(set(before[:depth]) & set(after[:depth])) / depth for depth in depths]
    return round(1 - sum(overlaps) / len(overlaps), 4) if overlaps else 0.0
