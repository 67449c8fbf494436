"""Write an audit entry for whatever the admin site adds, changes or deletes, in the transaction of the change.

Django logs each of its writes through three methods of the model's admin, other packages' models included; here they tell the audit log
too.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.db.models import Model
from django.http import HttpRequest

from safety.services.audit import audit

MAX_KIND, MAX_NAME = 16, 200  # of AuditEntry.target_kind, and of what names the row


class Audited(ModelAdmin):  # type: ignore[type-arg]
    """Tell the audit log what Django tells its own."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Tell of a new row."""
        _tell(request, "admin_add", [obj], message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Tell of a changed row, and which of its fields."""
        _tell(request, "admin_change", [obj], message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Tell of the rows that are about to be deleted."""
        _tell(request, "admin_delete", queryset, "")
        return super().log_deletions(request, queryset)


class AuditedSite(AdminSite):
    """The admin site; every model that is registered with it is audited."""

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register models with their admin class, audited."""
        base = admin_class or ModelAdmin
        super().register(model_or_iterable, type(f"Audited{base.__name__}", (Audited, base), {}), **options)


def _tell(request: HttpRequest, verb: str, rows: Iterable[Model], message: Any) -> None:
    for row in rows:
        kind = str(row._meta.model_name)[:MAX_KIND]
        number = row.pk if isinstance(row.pk, int) else 0
        told = {"model": row._meta.label, "name": str(row)[:MAX_NAME], "what": message}
        audit(request.user.pk, verb, kind=kind, target_id=number, **told)
