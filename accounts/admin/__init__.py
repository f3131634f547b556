"""People at ADM79's office: accounts, corrections asked for, mandates, communes, mails."""

from accounts.admin import communes, corrections, mails, mandates, people

__all__ = ["communes", "corrections", "mails", "mandates", "people"]
