"""The site itself: start-up checks, the site's commands, and the staff's admin."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django_tasks_db.apps import TasksAppConfig


class SiteConfig(AppConfig):
    """Home, help and legal pages; commands that span the apps (demo, run_periodic)."""

    name = "config"
    verbose_name = "Site"

    def ready(self) -> None:
        from django.conf import settings

        from config import checks, reporting  # noqa: F401  registers the checks

        if settings.SENTRY_DSN:
            reporting.start(settings.SENTRY_DSN)


class StaffAdminConfig(AdminConfig):
    """Django's admin with ADM79's name and, in production, a second factor."""

    default_site = "config.admin.StaffSite"


# Parts from elsewhere that have no French name of their own: what the admin calls them.


class TasksConfig(TasksAppConfig):
    """What the site does in the background: mails, files that staff bring in."""

    verbose_name = "Tâches de fond"
