"""Tell what the guard let pass, sent to review or held, and whether it drifts."""

from charts import Bar, bars, number, percent
from chat.outcomes import guard_actions
from lifecycle.insights.section import Figure, Findings, Table, Window
from safety.figures import DRIFT_RECENT
from safety.selectors.figures import drifts
from safety.selectors.learning import open_alarms
from safety.selectors.queues import jobs_opened
from safety.words import HAZARD_NAMES

ACTION_WORDS = {"allow": "let pass", "review": "let pass, to review", "hold": "held"}


def guarding(window: Window) -> Findings:
    """Return the section; drift is of the last decisions, whatever the window."""
    actions, hazards = guard_actions(since=window.since, until=window.until)
    opened = jobs_opened(since=window.since, until=window.until)
    found = drifts()
    if not actions and not opened and not found:
        return Findings(empty=f"The guard had nothing to judge in {window.words}.")
    total = sum(actions.values())
    drift_rows = [
        (
            one["name"],
            percent(one["drift"].rate),
            f"{percent(one['drift'].low)} to {percent(one['drift'].high)}",
            _state(one["drift"].is_outside),
        )
        for one in found
    ]
    return Findings(
        figures=[
            Figure("messages held", percent(actions["hold"] / total) if total else "none", f"of {number(total)}"),
            Figure("review jobs opened", number(sum(opened.values())), "by guard, reports, appeals and second looks"),
            Figure("drift alarms open", number(len(open_alarms())), "false positives that left their past"),
        ],
        charts=[
            bars(
                title="Messages",
                values=[Bar(words, actions[action]) for action, words in ACTION_WORDS.items()] if total else [],
                name="verdict",
                value_name="messages",
            ),
            bars(
                title="Hazards named in messages",
                values=[Bar(HAZARD_NAMES.get(hazard, hazard), num) for hazard, num in hazards.most_common(8)],
                name="hazard",
                value_name="messages",
            ),
        ],
        tables=[
            Table(
                "Review jobs opened",
                ("from", "jobs"),
                [(source, number(num)) for source, num in opened.items()],
                "None.",
            ),
            Table(
                f"Of the last {DRIFT_RECENT} holds of a hazard, how many moderators approved",
                ("hazard", "approved lately", "expected", "drift"),
                drift_rows,
                "Too few decisions yet to speak of drift.",
            ),
        ],
    )


def _state(is_outside: bool) -> str:
    return "left its past" if is_outside else "as before"
