"""Put the audited site in the place of Django's own."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    default_site = "webapp.administration.site.AuditedSite"
