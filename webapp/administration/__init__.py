"""Django's admin site, each write of which is in the audit log."""
