"""What was typed for an identity check, compared with what is known. A hint for staff, never a verdict.

What is known: the account's birth name and sex, whether the birth month is the one the NIR told at sign-up (only a
digest of it is kept, see ``accounts.identity.birth_month``), and the register of officials.
"""

from dataclasses import dataclass
from enum import StrEnum

from accounts.identity import birth_month
from accounts.mandates.recognition import register_key, same_first_name
from accounts.models import Mandate
from core.text import same_name
from enrolment.models import IdentityCheck


class Agreement(StrEnum):
    """How two sources go together; the value is what staff read."""

    AGREES = "concorde"
    DIFFERS = "à regarder"
    UNKNOWN = "non comparable"


@dataclass(frozen=True)
class Hint:
    """One comparison, in words."""

    what: str
    agreement: Agreement
    words: str


def hints(check: IdentityCheck) -> list[Hint]:
    """The comparisons for a check under way."""
    return [_birth_name(check), _sex(check), _birth_month(check), _register(check)]


def _birth_name(check: IdentityCheck) -> Hint:
    account = check.user.birth_name
    if not account:
        return Hint("Nom de naissance", Agreement.UNKNOWN, "Le compte n'en a pas.")
    agreement = Agreement.AGREES if same_name(account, check.birth_name) else Agreement.DIFFERS
    return Hint("Nom de naissance", agreement, f"Celui du compte : {account}.")


def _sex(check: IdentityCheck) -> Hint:
    sex = check.user.get_sex_display()
    words = f"Selon le numéro de sécurité sociale : {sex}. À comparer avec la pièce." if sex else "Inconnu du compte."
    return Hint("Sexe", Agreement.UNKNOWN, words)


def _birth_month(check: IdentityCheck) -> Hint:
    same = birth_month.born_that_month(check.user, check.birth_date) if check.birth_date else None
    if same is None:
        return Hint("Mois de naissance", Agreement.UNKNOWN, "Le numéro de sécurité sociale ne le dit pas.")
    if same:
        return Hint("Mois de naissance", Agreement.AGREES, "Même mois que dans le numéro de sécurité sociale.")
    words = "Un autre mois que dans le numéro de sécurité sociale."
    return Hint("Mois de naissance", Agreement.DIFFERS, words)


def _register(check: IdentityCheck) -> Hint:
    keys = {register_key(check.birth_name), register_key(check.usual_name)} - {""}
    lines = list(Mandate.objects.filter(name_key__in=keys).select_related("commune").order_by("pk")[:50])
    same_person = [
        line
        for line in lines
        if line.birth_date == check.birth_date and same_first_name(check.first_names, line.first_name)
    ]
    if same_person:
        return Hint("Répertoire des élus", Agreement.AGREES, f"Même personne : {'; '.join(map(str, same_person))}.")
    if lines:
        words = "Le nom y figure, sans ce prénom et cette date de naissance."
        return Hint("Répertoire des élus", Agreement.DIFFERS, words)
    return Hint("Répertoire des élus", Agreement.UNKNOWN, "Le nom n'y figure pas.")
