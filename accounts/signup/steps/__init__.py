"""The steps of account creation, one class in one file, in the guide's order."""

from typing import Any

from accounts.signup.steps.address import AddressStep
from accounts.signup.steps.contact import ContactStep
from accounts.signup.steps.identity import CertifiedIdentityStep, IdentityStep
from accounts.signup.steps.password import ConsentStep, PasswordStep
from core.journeys.step import Step

STEPS: tuple[type[Step[Any]], ...] = (IdentityStep, ContactStep, AddressStep, PasswordStep)
CERTIFIED_STEPS: tuple[type[Step[Any]], ...] = (CertifiedIdentityStep, ContactStep, AddressStep, ConsentStep)
"""A person whom FranceConnect has named neither types a name nor needs a password."""
