"""Where Django finds the admin of accounts, corrections asked for, mandates and communes."""

from accounts.claims import admin as claims
from accounts.mandates import admin as mandates
from accounts.mandates import declarations_admin as declarations
from accounts.places import admin as places
from accounts.profile import admin as people
from accounts.profile import corrections_admin as corrections
from accounts.terms import admin as terms

__all__ = ["claims", "corrections", "declarations", "mandates", "people", "places", "terms"]
