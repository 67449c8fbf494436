"""The jobs of the pages about models."""

from workers.app import app


@app.task(name="lifecycle.compare")
def compare(*, comparison_id: int) -> None:
    """Compare a candidate with what serves; a second delivery finds nothing to do."""
    from lifecycle.releases.comparing import comparison_run

    comparison_run(comparison_id=comparison_id)
