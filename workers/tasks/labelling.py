"""Labelling's jobs: the next questions of a campaign."""

from workers.app import app


@app.task(name="labelling.questions_draw")
def questions_draw(*, campaign_id: int) -> None:
    """Make questions by the campaign's policy, for the answers so far."""
    from labelling.services import drawing

    drawing.questions_draw(campaign_id=campaign_id)
