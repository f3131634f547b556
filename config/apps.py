"""The site itself: start-up checks, commands of the house, and the staff's admin."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class SiteConfig(AppConfig):
    """Home, help and legal pages; commands that span the apps (demo, run_periodic)."""

    name = "config"
    verbose_name = "Site"

    def ready(self) -> None:
        from config import checks  # noqa: F401  registers the checks


class StaffAdminConfig(AdminConfig):
    """Django's admin with ADM79's name and, in production, a second factor."""

    default_site = "config.admin.StaffSite"
