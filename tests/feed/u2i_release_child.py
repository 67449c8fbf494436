"""A process that releases and stops dead where it is told to, to be killed: `python u2i_release_child.py DATABASE SLUG WHERE FLAG`."""

import sys
import time
from pathlib import Path
from typing import Any


def main(database: str, slug: str, where: str, flag: str) -> None:
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from feed.models import U2iVersion
    from feed.services import item_vectors
    from feed.services import u2i_release as releases
    from tests.vision.release_child import patch_after
    from workers.release import u2i_release

    def hang(*args: Any, **kwargs: Any) -> None:
        Path(flag).touch()
        time.sleep(600)

    item_vectors.BATCH = 10
    places = {"rows": (item_vectors, "_write_batch", 3), "index": (releases, "indexes_build", 0)}
    module, name, calls = places.get(where, (releases, "_switch", 0))
    patch_after(module, name, calls=calls, then=hang)
    u2i_release(version=U2iVersion.objects.get(slug=slug))


if __name__ == "__main__":
    main(*sys.argv[1:])
