from django.apps import AppConfig


class ExperimentsConfig(AppConfig):
    name = "feed.experiments"
    label = "experiments"
