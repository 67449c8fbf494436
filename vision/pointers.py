"""Release what needs no index: one transaction moves the pointer, and every process follows within seconds. Torch-free.

What is proposed is the room's own affair: a file that lies whole under TILLER_HOME before there is a row. Where no version serves, what
ships does. Two former versions are kept for rollback, which needs no verdict again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from vision.history import BY_COMMAND, By, state_tell
from vision.models import Versioned, VersionState
from vision.releases import KEPT_RETIRED, ReleaseRefusedError
from vision.versions import switch_lock, version_retire

V = TypeVar("V", bound=Versioned)


@dataclass(frozen=True)
class Pointer(Generic[V]):
    """The versions of one model. `refusal`: why a candidate may not serve, empty if it may. `check` raises ValueError, in words, where a
    process could not read the version's files, which are `files_of`; `without` says in a refusal what serves while none does."""

    model: type[V]
    refusal: Callable[[V], str]
    check: Callable[[V], object]
    files_of: Callable[[V], list[Path]]
    without: str

    def serving(self) -> V | None:
        """Return the version that serves, None where what ships does."""
        return self._of(VersionState.SERVING).first()

    def release(self, *, version: V, by: By = BY_COMMAND) -> V:
        """Let the gate judge a candidate and have it serve at once. Raises ReleaseRefusedError, in words."""
        with transaction.atomic():
            version = self._alone(version)
            if version.state == VersionState.RETIRED:
                raise ReleaseRefusedError(f"{version.slug} served before: roll back to it")
            problem = self.refusal(version)
            if problem:
                version.state, version.problem = VersionState.REFUSED, problem[:300]
                version.save(update_fields=["state", "problem"])
                state_tell(version, by)
            else:
                self._serve(version, by)
        if problem:
            raise ReleaseRefusedError(f"{version.slug}: {problem}")
        self._tidy()
        return version

    def rollback(self, *, version: V | None = None, by: By = BY_COMMAND) -> V | None:
        """Have a former version serve, that which served last unless one is named; where there was none, what ships: return None.

        Raises ReleaseRefusedError where none ever served.
        """
        chosen = version or self._of(VersionState.RETIRED).order_by("-served_at", "-id").first()
        if chosen is None:
            self.withdraw(by=by)
            return None
        with transaction.atomic():
            chosen = self._alone(chosen)
            if chosen.state != VersionState.RETIRED:
                raise ReleaseRefusedError(
                    f"{chosen.slug} is {chosen.state}: only one that served before can be rolled back to"
                )
            self._serve(chosen, by)
        return chosen

    def withdraw(self, *, by: By) -> None:
        """Have what ships serve; raises ReleaseRefusedError where it does already."""
        with transaction.atomic():
            switch_lock()
            former = self.serving()
            if former is None:
                raise ReleaseRefusedError(self.without)
            version_retire(former, by)

    def _of(self, state: VersionState) -> QuerySet[V]:
        return self.model._default_manager.filter(state=state)

    def _alone(self, version: V) -> V:
        """Return the version's row, locked, while it does not serve."""
        switch_lock()
        version = self.model._default_manager.select_for_update().get(pk=version.pk)
        if version.state == VersionState.SERVING:
            raise ReleaseRefusedError(f"{version.slug} serves already")
        return version

    def _serve(self, version: V, by: By) -> None:
        """Move the pointer; what the next process would not read does not serve."""
        try:
            self.check(version)
        except ValueError as error:
            raise ReleaseRefusedError(str(error)) from error
        former = self.serving()
        if former is not None:
            version_retire(former, by)
        version.state, version.problem, version.served_at = VersionState.SERVING, "", timezone.now()
        version.save(update_fields=["state", "problem", "served_at"])
        state_tell(version, by)

    def _tidy(self) -> None:
        """Drop the retired versions beyond the last two, with their files."""
        for version in self._of(VersionState.RETIRED).order_by("-served_at", "-id")[KEPT_RETIRED:]:
            files = self.files_of(version)
            version.delete()
            for file in files:
                transaction.on_commit(partial(file.unlink, missing_ok=True))
