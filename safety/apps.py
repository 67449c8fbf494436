"""Register the safety app."""

from django.apps import AppConfig


class SafetyConfig(AppConfig):
    """Flags, review jobs, decisions and their audit."""

    name = "safety"
