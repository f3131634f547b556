"""People at ADM79's office: accounts, corrections asked for, mandates, communes."""

from accounts.admin import communes, corrections, mandates, people

__all__ = ["communes", "corrections", "mandates", "people"]
