"""Register the videos' app: catalogue, ingest, vectors and the search index."""

from django.apps import AppConfig


class VisionConfig(AppConfig):
    """Videos and what was seen in them."""

    name = "vision"
    default_auto_field = "django.db.models.BigAutoField"
