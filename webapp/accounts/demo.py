"""The demo logins of `make run`."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

DEMO_PASSWORD = "tiller-demo"  # public by design: refused when DEBUG is off
DEMO_ROLES = ("viewer", "labeller", "moderator", "admin")


def demo_users_create() -> None:
    """Make one user a role; idempotent. Raise ImproperlyConfigured where DEBUG is off."""
    from webapp.accounts.models import Role, User

    if not settings.DEBUG:
        raise ImproperlyConfigured("Demo logins have a known password: they are made only with DEBUG=true.")
    for role in DEMO_ROLES:
        is_admin = role == Role.ADMIN
        user, created = User.objects.get_or_create(
            username=role, defaults={"role": role, "is_staff": is_admin, "is_superuser": is_admin}
        )
        if created:
            user.set_password(DEMO_PASSWORD)
            user.save(update_fields=["password"])
