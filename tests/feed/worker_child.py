"""A real worker of one queue, on the tests' database: `python worker_child.py DATABASE QUEUE`."""

import sys


def main(database: str, queue: str) -> None:
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from workers.app import app

    app.worker_main(["worker", "-Q", queue, "-c", "1", "-n", f"{database}@test", "--loglevel", "WARNING"])


if __name__ == "__main__":
    main(*sys.argv[1:])
