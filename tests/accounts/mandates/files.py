"""Files of the register as it has been published, with invented people."""

import csv
import io

HEADER = (
    "Code du département",
    "Libellé du département",
    "Code de la collectivité à statut particulier",
    "Libellé de la collectivité à statut particulier",
    "Code de la commune",
    "Libellé de la commune",
    "Nom de l'élu",
    "Prénom de l'élu",
    "Code sexe",
    "Date de naissance",
    "Code de la catégorie socio-professionnelle",
    "Libellé de la catégorie socio-professionnelle",
    "Date de début du mandat",
    "Libellé de la fonction",
    "Date de début de la fonction",
    "Code nationalité",
)
PERSON = {
    "Code du département": "79",
    "Libellé du département": "Deux-Sèvres",
    "Code de la commune": "79191",
    "Libellé de la commune": "Niort",
    "Nom de l'élu": "MOREAU",
    "Prénom de l'élu": "Jeanne",
    "Code sexe": "F",
    "Date de naissance": "1958-03-14",
    "Date de début du mandat": "2026-03-22",
    "Libellé de la fonction": "",
    "Date de début de la fonction": "2026-03-28",
    "Code nationalité": "FR",
}
SHORT = {
    "name": "Nom de l'élu",
    "first": "Prénom de l'élu",
    "sex": "Code sexe",
    "born": "Date de naissance",
    "start": "Date de début du mandat",
    "function": "Libellé de la fonction",
    "department": "Code du département",
    "commune": "Code de la commune",
    "place": "Libellé de la commune",
}


def person(**changes: str) -> dict[str, str]:
    """A line: Jeanne Moreau, councillor in Niort, unless told otherwise (short names of ``SHORT``)."""
    return PERSON | {SHORT[name]: value for name, value in changes.items()}


def register(
    *people: dict[str, str], header: tuple[str, ...] = HEADER, encoding: str = "utf-8", delimiter: str = ";"
) -> io.BytesIO:
    """The file, open for reading."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, delimiter=delimiter, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(people)
    return io.BytesIO(text.getvalue().encode(encoding))
