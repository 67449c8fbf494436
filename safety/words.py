"""Say hazards and decisions in plain words: to moderators by name, to authors as a reason."""

from datetime import datetime

HAZARD_NAMES: dict[str, str] = {
    "violent_crimes": "Violence",
    "nonviolent_crimes": "Crime without violence",
    "sex_related_crimes": "Sexual crime",
    "child_sexual_exploitation": "Child sexual exploitation",
    "indiscriminate_weapons": "Weapons of mass harm",
    "suicide_self_harm": "Suicide or self-harm",
    "intellectual_property": "Somebody else’s work",
    "privacy": "Privacy",
    "defamation": "Defamation",
    "hate": "Hate",
    "sexual_content": "Sexual content",
    "specialized_advice": "Risky advice",
    "other": "Something else",
}
_REASONS: dict[str, str] = {
    "violent_crimes": "It shows, threatens or calls for violence.",
    "nonviolent_crimes": "It shows how to commit a crime, or calls for one.",
    "sex_related_crimes": "It shows or calls for a sexual crime.",
    "child_sexual_exploitation": "It makes children the object of something sexual.",
    "indiscriminate_weapons": "It helps people to build or use weapons that kill many.",
    "suicide_self_harm": "It encourages people to hurt themselves.",
    "intellectual_property": "It uses somebody else’s work without their consent.",
    "privacy": "It shows something private of a person who did not agree.",
    "defamation": "It says something false that harms a person.",
    "hate": "It attacks people for who they are.",
    "sexual_content": "It shows or describes sexual acts.",
    "specialized_advice": "It gives advice on health, money or law that can do harm.",
    "other": "It is against the rules of this place.",
}


def reason_words(hazard: str) -> str:
    """Return why something was decided against, as a sentence for its author."""
    return _REASONS.get(hazard, _REASONS["other"])


def time_words(at: datetime | None) -> str:
    """Return a time (UTC) as people read it, e.g. "24 November 2026, 10:05 UTC"."""
    return f"{at:%-d %B %Y, %H:%M} UTC" if at else "further notice"
