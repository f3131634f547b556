"""Words as the search compares them."""

import pytest

from catalogue.search import words


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("securite", "sécurité"),
        ("Sécurités", "sécurité"),
        ("ETAT", "État"),
        ("ecoles", "école"),
        ("conseillères", "conseiller"),
        ("adjointe", "adjoint"),
        ("oeuvre", "Œuvres"),
        ("intercommunales", "intercommunal"),
    ],
)
def test_a_typed_word_meets_the_written_one(typed, written):
    (group,) = words.parse(typed, typing=False)
    assert set(group[0][0].forms) & set(words.index_words(written).split())


@pytest.mark.parametrize("text", ["l'état civil", "l’état-civil", "L ÉTAT  CIVIL", "de l'état civil"])
def test_small_words_and_signs_do_not_count(text):
    assert words.content_words(text)[-2:] == ["état", "civil"]
    assert len(words.content_words(text)) == 2


def test_only_the_last_word_may_be_unfinished():
    first, last = words.parse("budg comm")
    assert first[0][0].prefix == ""
    assert last[0][0].prefix == "comm"


def test_the_longest_expression_of_the_synonyms_wins():
    synonyms = [
        [("plu",), ("plan", "local", "urbanisme")],
        [("plui",), ("plan", "local", "urbanisme", "intercommunal")],
    ]
    (group,) = words.parse("plan local d'urbanisme intercommunal", synonyms)
    assert [len(expression) for expression in group] == [4, 1]
    assert words.tsquery(words.parse("PLU", synonyms)) == (
        "(((('plu' | 'plu':*)) | (('plan') & ('local') & ('urbanisme' | 'urban'))))"
    )


def test_both_engines_are_asked_the_same():
    query = words.parse("état civ")
    assert words.fts5(query) == '(((("etat"))) AND ((("civ" OR "civ"*))))'
    assert words.tsquery(query) == "(((('etat'))) & ((('civ' | 'civ':*))))"


def test_a_question_of_small_words_asks_for_everything():
    assert words.parse("de la") == ()


def test_a_query_is_cut_after_twelve_words():
    assert len(words.parse("mot " * 100)) == words.MAX_WORDS
