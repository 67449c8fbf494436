"""Who uses Tiller: viewers, labellers, moderators, admins."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class Role(models.TextChoices):
    """What a person may do; each role may also do what a viewer does."""

    VIEWER = "viewer"
    LABELLER = "labeller"
    MODERATOR = "moderator"
    ADMIN = "admin"


class User(AbstractUser):
    """A person with one role. Django's own permission flags serve its admin site only."""

    role = models.CharField(max_length=16, choices=Role.choices, default=Role.VIEWER)

    @property
    def is_moderator(self) -> bool:
        """Return whether this person may review what was flagged."""
        return self.role in {Role.MODERATOR, Role.ADMIN}

    @property
    def is_tiller_admin(self) -> bool:
        """Return whether this person may label, train and release."""
        return self.role == Role.ADMIN
