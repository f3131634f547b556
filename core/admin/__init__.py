"""What the admin of every app is made with, and the admin of the mails."""

from core.admin import journal, mails

__all__ = ["journal", "mails"]
