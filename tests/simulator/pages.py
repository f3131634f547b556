"""The simulator's own pages, in French."""

from collections.abc import Iterable
from html import escape
from itertools import pairwise

from tests.simulator.faults import FAULTS
from tests.simulator.people import Person

BANNER = "Simulateur de FranceConnect, pour la démonstration : les personnes sont inventées."
STYLE = """
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 46rem; padding: 1.5rem 1rem 3rem; }
.simulator { border: 2px dashed; border-radius: .5rem; padding: .5rem 1rem; }
ul { list-style: none; padding: 0; }
li { border-bottom: 1px solid #8888; padding: .75rem 0; }
button { font: inherit; min-height: 44px; padding: .5rem 1rem; text-align: left; }
li button { font-weight: 600; width: 100%; }
small, code { font-size: 1rem; }
label { display: block; min-height: 32px; }
:focus-visible { outline: 3px solid; outline-offset: 2px; }
"""


def page(title: str, body: str) -> str:
    """A whole page."""
    return f"""<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} – Simulateur de FranceConnect</title><style>{STYLE}</style></head>
<body><header class="simulator">{BANNER}</header>
<main><h1>{escape(title)}</h1>{body}</main></body></html>"""


def spaced(nir: str) -> str:
    """« 2 65 12 79 049 123 68 », as the card shows it."""
    cuts = (0, 1, 3, 5, 7, 10, 13, 15)
    return " ".join(nir[start:end] for start, end in pairwise(cuts))


def _facts(person: Person) -> str:
    day = "/".join(reversed(person.birthdate.split("-")))
    born = f"{day}, {person.birthplace_name}"
    return f"""<small>Naissance : {escape(born)}. {escape(person.note)}<br>
Numéro de sécurité sociale à saisir sur le site : <code>{spaced(person.nir)}</code></small>"""


def home(people: Iterable[Person]) -> str:
    """Who can be played, for a visitor who does not come from the site."""
    rows = "".join(f"<li><strong>{escape(person.label)}</strong><br>{_facts(person)}</li>" for person in people)
    return page(
        "Les personnes du simulateur",
        f"""<p>Sur le site, « S'identifier avec FranceConnect » mène ici et fait choisir l'une d'elles.</p>
<ul>{rows}</ul><p><a href="/simulateur/">Provoquer des pannes</a></p>""",
    )


def choice(action: str, people: Iterable[Person]) -> str:
    """Who the visitor wants to be."""
    rows = "".join(
        f'<li><button name="person" value="{escape(person.key)}">{escape(person.label)}</button> {_facts(person)}</li>'
        for person in people
    )
    return page(
        "Qui êtes-vous ?",
        f"""<form method="post" action="{escape(action)}"><ul>{rows}</ul>
<button name="person" value="">Refuser</button></form>""",
    )


def error(reason: str) -> str:
    """A request that cannot be sent back to the service."""
    return page("Demande refusée", f"<p>{escape(reason)}</p>")


def _box(kind: str, name: str, value: str, label: str, checked: bool) -> str:
    mark = " checked" if checked else ""
    return f'<label><input type="{kind}" name="{name}" value="{value}"{mark}> {escape(label)}</label>'


def switches(faults: set[str], algorithm: str) -> str:
    """The faults, to be switched on and off by hand."""
    boxes = "".join(_box("checkbox", "fault", name, label, name in faults) for name, label in FAULTS.items())
    algorithms = "".join(_box("radio", "algorithm", name, name, name == algorithm) for name in ("ES256", "RS256"))
    return page(
        "Pannes",
        f"""<p>Ce que le simulateur fait de travers, jusqu'à nouvel ordre.</p>
<form method="post"><fieldset><legend>Signature</legend>{algorithms}
<label><input type="checkbox" name="rotate" value="1"> changer les clés maintenant</label></fieldset>
<fieldset><legend>Pannes</legend>{boxes}</fieldset><button>Appliquer</button></form>""",
    )
