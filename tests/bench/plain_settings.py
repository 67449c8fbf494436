"""The product's settings, with the plain view beside its routes."""

from webapp.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.plain_urls"
