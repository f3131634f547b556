"""The place that somebody means by a text: a commune old or new, a postal code, a department, an intercommunality."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from accounts.models import Commune
from accounts.places import communes, departments
from core.text import as_number, fold, normalise

HOME = "79"
"""The department of the association: its places come first."""
CODE = re.compile(r"(?<![\d])(\d{2}) ?(\d{3})(?![\d])")
CEDEX = re.compile(r"\bcedex\b( \d{1,2}\b)?")
EPCI_WORDS = frozenset(
    {"cc", "ca", "cu", "communaute", "communes", "agglomeration", "agglo", "urbaine", "metropole"}
) | {*("intercommunalite", "epci", "de", "du", "des", "d", "la", "le", "les", "l", "en", "et")}
"""Words that tell no intercommunality from another."""
SAYS_EPCI = re.compile(r"^(cc|ca|cu|communaute|agglo|agglomeration|epci|metropole)\b")
ARTICLE = re.compile(r"^(les|la|le|l) ")
SAYS_DEPARTMENT = re.compile(r"^(departement|dept|dep) ?(de |des |du |de la |d |la |le |les |l )*")


@dataclass(frozen=True)
class Locality:
    """Where « Localisation » is: communes, or with none a whole intercommunality or department, called *whole*."""

    communes: tuple[Commune, ...] = ()
    departments: frozenset[str] = frozenset()
    epcis: frozenset[str] = frozenset()
    whole: str = field(default="")

    @property
    def name(self) -> str:
        """« Niort », or the two most peopled of several: « Niort, Bessines »; a name of old beside the new one."""
        if self.whole:
            return self.whole
        names = [_both_names(commune) for commune in sorted(self.communes, key=lambda commune: -commune.population)]
        return ", ".join(names[:2]) + ("…" if len(names) > 2 else "")

    @property
    def around(self) -> str:
        """The place and what the search takes in around it."""
        return self.whole or f"{self.name} et son département"

    @classmethod
    def of(cls, text: str) -> "Locality | None":
        """The locality that a text names; None if none.

        « Niort (79000) », « 79 000 », « 79028 Niort Cedex 9 », « Deux-Sèvres », « 79 », « Mellois en Poitou ».
        """
        written = as_number(text)
        code = CODE.search(written)
        rest = written.replace(code[0], " ", 1) if code else written
        name = CEDEX.sub(" ", normalise(rest)).strip()
        if code:
            return cls._of_code(code[1] + code[2], name)
        return _department(name) or cls._named(name)

    @classmethod
    def _of_code(cls, code: str, name: str) -> "Locality | None":
        served = list(communes.served_by(code))
        named = [commune for commune in served if name and commune.name_key.startswith(name)]
        if named or served:
            return _at(*(named[:1] or served))
        if not name:
            return None
        near = communes.find(name, limit=1, department=code[:2])  # a CEDEX, or a code not known yet
        return _at(*near) if near else None

    @classmethod
    def _named(cls, name: str) -> "Locality | None":
        found = communes.find(name, limit=1) if name else []
        sure = found and (found[0].department == HOME or name in {found[0].name_key, normalise(found[0].former_name)})
        if (SAYS_EPCI.match(name) or not sure) and (epci := _epci(name)):
            return epci
        return _at(*found) if found else None


def _at(*found: Commune) -> Locality:
    return Locality(
        tuple(found),
        frozenset(commune.department for commune in found),
        frozenset(commune.epci for commune in found) - {""},
    )


def _both_names(commune: Commune) -> str:
    return f"{commune.name} ({commune.former_name})" if commune.former_name else commune.name


def _department(name: str) -> Locality | None:
    """A department by its number or its name, unless a commune of ours bears that name."""
    said = ARTICLE.sub("", SAYS_DEPARTMENT.sub("", name))
    code = said.upper() if said.upper() in departments.NAMES else _codes_by_name().get(said, "")
    if not code or Commune.objects.filter(department=HOME, name_key=name).exists():
        return None
    return Locality(departments=frozenset({code}), whole=departments.NAMES[code])


@lru_cache(maxsize=1)
def _codes_by_name() -> dict[str, str]:
    names = {normalise(name): code for code, name in departments.NAMES.items()}
    return names | {name.removeprefix("la "): code for name, code in names.items()}


def _epci(name: str) -> Locality | None:
    """The intercommunality whose name has all these words; ours first, then the one with the fewest other words."""
    asked = set(fold(name).split()) - EPCI_WORDS
    if not asked:
        return None
    rows = (
        Commune.objects.exclude(epci="").order_by("epci", "department").values_list("epci", "epci_name", "department")
    )
    known: dict[str, tuple[str, set[str]]] = {}
    for epci, label, department in rows.distinct():
        known.setdefault(epci, (label, set()))[1].add(department)
    fitting = [
        (HOME not in places, len(words), epci)
        for epci, (label, places) in known.items()
        if asked <= (words := set(normalise(label).split()) - EPCI_WORDS)
    ]
    if not fitting:
        return None
    epci = min(fitting)[2]
    label, places = known[epci]
    return Locality(departments=frozenset(places), epcis=frozenset({epci}), whole=label)
