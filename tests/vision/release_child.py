"""A process that releases and stops dead where it is told to, for a test to kill: `python release_child.py DATABASE SLUG WHERE FLAG`."""

import sys
import time
from pathlib import Path
from typing import Any


def main(database: str, slug: str, where: str, flag: str) -> None:
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from vision import reindex
    from vision import release as releases
    from vision.models import ModelVersion
    from workers.release import release

    def hang(*args: Any, **kwargs: Any) -> None:
        Path(flag).touch()
        time.sleep(600)

    reindex.BATCH = 10
    if where == "rows":
        patch_after(reindex, "_progress", calls=4, then=hang)
    elif where == "a batch":  # pooled, and not written
        patch_after(reindex, "copy_bytes", calls=4, then=hang)
    elif where == "indexes":
        patch_after(releases, "indexes_build", calls=0, then=hang)
    else:
        patch_after(releases, "version_serve", calls=0, then=hang)
    release(version=ModelVersion.objects.get(slug=slug))


def patch_after(module: Any, name: str, *, calls: int, then: Any) -> None:
    """Let a function be called so many times, and do `then` in its place from there on."""
    former, left = getattr(module, name), [calls]

    def patched(*args: Any, **kwargs: Any) -> Any:
        left[0] -= 1
        return former(*args, **kwargs) if left[0] >= 0 else then()

    setattr(module, name, patched)


if __name__ == "__main__":
    main(*sys.argv[1:])
