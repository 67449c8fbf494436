"""Name the files and sockets under TILLER_HOME. Imported by the settings: no Django, no third-party package."""

import hashlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# A unix socket's path holds 107 bytes on Linux and 103 on macOS; PostgreSQL adds "/.s.PGSQL.5432" (15).
MAX_SOCKET_FOLDER_BYTES = 80


@dataclass(frozen=True)
class Home:
    """The folder that holds all state: database, media, model cache, sockets, logs."""

    root: Path

    @property
    def postgres_data(self) -> Path:
        return self.root / "postgres"

    @property
    def valkey_data(self) -> Path:
        return self.root / "valkey"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def sockets(self) -> Path:
        """Return the folder of the sockets: inside the home, or a short path of the same user where that would be too long."""
        inside = self.root / "run"
        if len(os.fsencode(inside)) <= MAX_SOCKET_FOLDER_BYTES:
            return inside
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"tiller-{os.getuid()}-{digest}"

    def postgres_settings(self) -> dict[str, Any]:
        """Return Django's settings of the embedded database (a socket's path does not fit a URL's host)."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "tiller",
            "USER": "tiller",
            "HOST": str(self.sockets),
        }

    def valkey_url(self) -> str:
        return f"unix://{self.sockets}/valkey.sock"

    def secret_key(self) -> str:
        """Read the home's secret, or make it once (mode 600, in one step, so that two processes agree)."""
        path = self.root / "secret-key"
        if not path.exists():
            self.root.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(f".{os.getpid()}")
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(48))
            try:
                os.link(draft, path)
            except FileExistsError:
                pass  # another process was first
            finally:
                draft.unlink()
        return path.read_text().strip()
