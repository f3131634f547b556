"""« Votre contact »: a telephone and a mail address."""

from typing import Any

from accounts.contact import phones
from accounts.contact.forms import ContactForm
from accounts.signup.path import FOLDER, SignupPath
from core.journeys.step import Row, Step


class ContactStep(Step[SignupPath]):
    """The second step."""

    name = "contact"
    title = "Votre contact"
    form_class = ContactForm
    template = f"{FOLDER}/contact.html"

    def form_kwargs(self) -> dict[str, Any]:
        """FranceConnect often knows the mail address."""
        certified = self.journey.certified
        return {"initial": {"email": certified.email}} if certified else {}

    def rows(self) -> list[Row]:
        values = self.values()
        return [
            self.row("Téléphone mobile", phones.shown(values.get("mobile", ""))),
            self.row("Téléphone fixe", phones.shown(values.get("landline", ""))),
            self.row("Adresse mail personnelle", values.get("email", "")),
        ]
