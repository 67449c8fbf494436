"""What the web process loads before its first request."""

import os
import subprocess
import sys

HEAVY = ("torch", "cv2", "av", "scipy", "lightgbm", "matplotlib", "transformers", "openai")
PROGRAM = f"import webapp.asgi, webapp.urls, sys; print([name for name in {HEAVY} if name in sys.modules])"


def test_all_routes_together_load_no_model_and_nothing_that_workers_alone_need() -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "webapp.settings"}

    loaded = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == "[]"
