"""« Votre adresse de domicile »."""

from types import SimpleNamespace

from accounts.contact import addresses
from accounts.contact.forms import AddressForm
from accounts.signup.path import FOLDER, SignupPath
from core.journeys.step import Row, Step


class AddressStep(Step[SignupPath]):
    """The third step."""

    name = "adresse"
    title = "Votre adresse de domicile"
    form_class = AddressForm
    template = f"{FOLDER}/address.html"

    def rows(self) -> list[Row]:
        values = self.values()
        written = SimpleNamespace(**{name: values.get(name) or "" for name in addresses.FIELDS})
        return [self.row("Adresse de domicile", *addresses.lines(written))]
