"""The one door for text: what nobody sees goes, what one sees stays, and the same name is the same."""

# ruff: noqa: RUF001  look-alike characters are what is tested
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import text

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("Jeanne\u200bMoreau", "JeanneMoreau"),
        ("\ufeffMoreau", "Moreau"),
        ("\u202d2580379191\u202c", "2580379191"),
        ("Saint\u00adMaixent", "SaintMaixent"),
        ("a\0b", "ab"),
        ("a\x1bb", "ab"),
        ("e\u0301te\u0301", "été"),
        ("e\u200b\u0301", "é"),
        ("12\u00a0rue\u202fdes\u3000Lilas", "12 rue des Lilas"),
        ("un\ttexte", "un texte"),
        ("ligne\r\nligne\u2028ligne\x85fin", "ligne\nligne\nligne\nfin"),
        ("cœur\ufe0f ♥\ufe0f", "cœur ♥"),
        ("a\U000e0041b", "ab"),
        ("a\u180eb", "ab"),
        ("a\u3164b", "a b"),
        ("a\ud800b", "a\ufffdb"),
        ("a\uffffb", "ab"),
        ("O\u200dBrien", "OBrien"),
    ],
)
def test_what_nobody_sees_goes_and_what_one_sees_stays(typed, clean):
    assert text.clean(typed) == clean


@pytest.mark.parametrize(
    "written", ["می\u200cخواهم", "क्\u200dष", "ශ්\u200dරී", "١٢\u0601", "Noël Œuvrard", "日本 ﷽", "𝒜🙂"]
)
def test_what_is_read_in_any_script_is_kept(written):
    assert text.clean(written) == written


@given(ANY_TEXT)
def test_clean_text_is_left_as_it_is_and_nothing_invisible_remains(typed):
    clean = text.clean(typed)
    assert text.clean(clean) == clean == unicodedata.normalize("NFC", clean)
    assert not {"Cc", "Cs", "Zl", "Zp"} & {unicodedata.category(char) for char in clean if char != "\n"}
    clean.encode()


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=60))
def test_no_letter_figure_nor_sign_is_lost(typed):
    hidden = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"}
    seen = "".join(char for char in typed if char not in hidden)
    kept = text.clean(typed).replace(" ", "")
    assert unicodedata.normalize("NFC", kept) == unicodedata.normalize("NFC", seen)


@given(ANY_TEXT)
def test_a_dirty_text_compares_like_the_clean_one(typed):
    dirty = "\u200b".join(typed).replace(" ", "\u00a0") + "\ufeff"
    if not {"\u200c", "\u200d"} & set(typed):  # between letters that need them they are text
        assert text.name_key(dirty) == text.name_key(typed)


@pytest.mark.parametrize(
    ("typed", "figures"),
    [
        ("٧٩٠٠٠", "79000"),
        ("１４", "14"),
        ("−14", "-14"),
        ("06‑39‑98", "06-39-98"),
        ("14\u200b", "14"),
        ("२०२७", "2027"),
        ("2–3—4", "2-3-4"),
        ("२ Ａ", "2 A"),
        ("  7\u202f9 ", "7 9"),
        ("𝟐𝟓", "25"),
        ("\u202d12\u202c", "12"),
    ],
)
def test_where_figures_are_meant_they_are_read_in_any_script(typed, figures):
    assert text.as_number(typed) == figures


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wałęsa", "WALESA"),
        ("Strauß", "Strauss"),
        ("Sørensen", "SORENSEN"),
        ("Đorđević", "Dordevic"),
        ("Guðrún", "Gudrun"),
        ("Þórsdóttir", "Thorsdottir"),
        ("Yıldız", "YILDIZ"),
        ("Æbelø", "Aebelo"),
        ("Œuvrard", "OEUVRARD"),
        ("D’Aubigné", "d'Aubigne"),
        ("Dʼ Aubigné", "DAUBIGNE"),
        ("Le\u00a0Goff", "LEGOFF"),
        ("Jean‑Marie", "jean marie"),
        ("Ŋoma", "Ngoma"),
        ("Muñoz", "MUNOZ"),
    ],
)
def test_names_are_the_same_however_they_are_written(one, other):
    assert text.same_name(one, other)


@pytest.mark.parametrize(("one", "other"), [("", ""), ("'", "’"), ("Martin", "Martine"), ("\u200b", "")])
def test_other_names_and_empty_ones_are_not(one, other):
    assert not text.same_name(one, other)
