"""Let admins add people, give them their role, and shut accounts."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from safety.services.audit import audit
from webapp.accounts.models import User


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]
    """An account with its role; Django's permission flags serve this site alone."""

    list_display = ("username", "role", "is_active", "is_staff", "date_joined")
    list_filter = ("role", "is_active")
    fieldsets = (
        (None, {"fields": ("username", "password", "role", "is_active")}),
        ("This site", {"fields": ("is_staff", "is_superuser")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "role", "usable_password", "password1", "password2")}),
    )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save, and tell the audit log from which role to which."""
        super().save_model(request, obj, form, change)
        if change and "role" in form.changed_data:
            audit(
                request.user.pk, "role_set", kind="account", target_id=obj.pk, was=form.initial["role"], role=obj.role
            )
