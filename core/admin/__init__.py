"""What the admin of every app is made with, and the admin of the mails and of the staff's words."""

from core.admin import journal, mails, words

__all__ = ["journal", "mails", "words"]
