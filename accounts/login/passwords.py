"""The guide's rules for a password, checked by the server and shown as a list while one types."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError

LONGEST = 128
"""No password is cut below this length (Argon2 takes any; this only bounds the work)."""


@dataclass(frozen=True)
class Rule:
    """One line of the checklist. *pattern* is a regular expression that Python and JavaScript read alike."""

    code: str
    label: str
    pattern: str
    message: str

    def is_met(self, password: str) -> bool:
        """Whether *password* keeps this rule; upper and lower case are Unicode's, É counts."""
        return CHECKS[self.code](password)


CHECKS = {
    "length": lambda password: len(password) >= 8,
    "upper": lambda password: any(c.isupper() for c in password),
    "lower": lambda password: any(c.islower() for c in password),
    "digit": lambda password: any(c.isdecimal() for c in password),
}
RULES = (
    Rule("length", "8 caractères", r".{8,}", "Choisissez un mot de passe d'au moins 8 caractères"),
    Rule("upper", "1 majuscule", r"\p{Lu}", "Ajoutez une majuscule à votre mot de passe"),
    Rule("lower", "1 minuscule", r"\p{Ll}", "Ajoutez une minuscule à votre mot de passe"),
    Rule("digit", "1 chiffre", r"\p{Nd}", "Ajoutez un chiffre à votre mot de passe"),
)
"""The guide: « 8 caractères, 1 majuscule, 1 minuscule, 1 chiffre »."""


class GuidePasswordValidator:
    """The four rules of the guide, as one of Django's password validators."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError with one message for each rule not met."""
        if len(password) > LONGEST:
            raise ValidationError(f"Choisissez un mot de passe d'au plus {LONGEST} caractères", code="too_long")
        broken = [ValidationError(rule.message, code=rule.code) for rule in RULES if not rule.is_met(password)]
        if broken:
            raise ValidationError(broken)

    def get_help_text(self) -> str:
        """The rules in one sentence."""
        return "8 caractères au minimum, dont une majuscule, une minuscule et un chiffre."
