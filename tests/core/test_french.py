"""Days, amounts and lengths as the catalogue writes them."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from catalogue.templatetags.catalogue_tags import breakable, prose
from core import french


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (french.day(date(2026, 12, 1)), "mardi 1er\xa0décembre 2026"),
        (french.span(date(2026, 12, 1), date(2026, 12, 1)), "mardi 1er\xa0décembre 2026"),
        (french.span(date(2026, 12, 1), date(2026, 12, 2)), "du mardi 1er au mercredi 2\xa0décembre 2026"),
        (
            french.span(date(2026, 11, 30), date(2026, 12, 1)),
            "du lundi 30\xa0novembre au mardi 1er\xa0décembre 2026",
        ),
        (
            french.span(date(2026, 12, 31), date(2027, 1, 2)),
            "du jeudi 31\xa0décembre 2026 au samedi 2\xa0janvier 2027",
        ),
        (french.hour(datetime(2026, 12, 1, 9, 5)), "9\xa0h\xa005"),
        (french.euros(Decimal(1200)), "1\u202f200,00\xa0€"),
        (french.euros(Decimal(0)), "0,00\xa0€"),
        (french.duration(Decimal(1), Decimal(6)), "1\xa0jour (6\xa0heures)"),
        (french.duration(Decimal("0.5"), Decimal("3.5")), "une demi-journée (3\xa0h\xa030)"),
        (french.duration(Decimal("1.5"), Decimal(9)), "1,5\xa0jour (9\xa0heures)"),
        (french.duration(Decimal("10.0"), Decimal(60)), "10\xa0jours (60\xa0heures)"),
        (french.plural(1, "place"), "1\xa0place"),
        (french.plural(0, "place"), "0\xa0place"),
        (prose("Matin\n- un\n- <deux>\n\nSoir"), "<p>Matin</p><ul><li>un</li><li>&lt;deux&gt;</li></ul><p>Soir</p>"),
        (breakable("https://a/b-<"), "https:/<wbr>/<wbr>a/<wbr>b-<wbr>&lt;"),
    ],
)
def test_values_are_written_in_french(written, expected):
    assert written == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<p>Le budget : « tout » à 9 h 30 ?</p>", "<p>Le budget\xa0: «\xa0tout\xa0» à 9\xa0h\xa030\u202f?</p>"),
        ("<p>9 h – 17 h ; 20 % ou 5 € !</p>", "<p>9\xa0h\xa0– 17\xa0h\u202f; 20\xa0% ou 5\xa0€\u202f!</p>"),
        ("<p>Niort · 1 jour</p>", "<p>Niort\xa0· 1\xa0jour</p>"),
        ("<p>18 mai 2020, 2026 au plus</p>", "<p>18\xa0mai 2020, 2026 au plus</p>"),
        ("<p>1 mai, 21 mai, 1 jour, 1 marché</p>", "<p>1er\xa0mai, 21\xa0mai, 1\xa0jour, 1 marché</p>"),
        ("<p>4 000 habitants, 10 Mo</p>", "<p>4\xa0000\xa0habitants, 10\xa0Mo</p>"),
        ("<p>79000 79170, 06 39 98 12 34</p>",) * 2,
        ("<p><b>Prix</b> : 3</p>", "<p><b>Prix</b>\xa0: 3</p>"),
        ("<p>contact@adm79.example ou mairie@exemple.fr</p>",) * 2,
        (
            '<a href="mailto:droits-et-formations@caisse.des.fr">droits-et-formations@caisse.des.fr</a>',
            '<a href="mailto:droits-et-formations@caisse.des.fr">droits-et-formations@<wbr>caisse.<wbr>des.fr</a>',
        ),
        (
            "<p>jeanne.de.la@exemple.example, le.voisin.de.palier@exemple.fr</p>",
            "<p>jeanne.<wbr>de.<wbr>la@<wbr>exemple.example, le.<wbr>voisin.<wbr>de.<wbr>palier@<wbr>exemple.fr</p>",
        ),
    ],
)
def test_what_french_never_breaks_and_where_it_may_is_written_at_render(written, expected):
    assert french.typography(written.encode()).decode() == expected


@pytest.mark.parametrize(
    "kept",
    [
        '<input value="Mairie : accueil ?">',
        "<textarea>Où ? « Là » : 9 h</textarea>",
        "<title>Erreur : Votre nom</title>",
        '<script type="application/json">"a : b ?"</script>',
        '<a href="/?q=a" title="Qui ?">oui</a>',
        "<textarea>droits-et-formations@caissedesdepots.example</textarea>",
    ],
)
def test_what_is_no_text_of_the_page_is_left_alone(kept):
    assert french.typography(kept.encode()).decode() == kept
