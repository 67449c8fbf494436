"""Hold what Tiller says when no model may or can speak. Pure."""

HELD_REPLY = (
    "I'd rather not steer your feed by that, so nothing has changed. Tell me what you'd enjoy watching instead."
)
UNSURE_REPLY = "I couldn't check that message just now, so nothing has changed. Please try again in a moment."
CARE_REPLY = (
    "I'm sorry you're going through this. I won't change your feed by it, but please talk to someone you trust, "
    "or call a local helpline: findahelpline.com lists free ones in your country. If you're in danger, call emergency services."
)
FAILED_REPLY = "Something went wrong on my side and your feed is unchanged. Please say that again."
APPLIED_REPLY = "Done, your feed has been adjusted."
HEARD_REPLY = "Got it."


def held_reply(*, verdict: str | None, hazards: list[str]) -> str:
    """Return the words for a held message; `verdict` None means that the guard did not answer."""
    if "suicide_self_harm" in hazards:
        return CARE_REPLY
    return UNSURE_REPLY if verdict is None else HELD_REPLY
