"""People at ADM79's office: accounts, corrections asked for, mandates."""

from accounts.admin import corrections, mandates, people

__all__ = ["corrections", "mandates", "people"]
