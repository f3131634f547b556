"""The social-security number: every valid one in any spacing, every slip with its own message."""

import datetime
import hashlib
import hmac
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from accounts.identity import nir
from accounts.identity.nir import NirError

PUBLISHED = [
    "295109912611193",
    "253072B07300470",
    "253072A07300443",
    "170057919100185",
    "265127904912368",
    "180029741103689",
    "275129935102072",
    "150317800608488",
    "701019910900175",
]


def with_key(digits13: str) -> str:
    number = int(digits13.replace("2A", "19").replace("2B", "18"))
    return f"{digits13}{97 - number % 97:02}"


@st.composite
def places(draw):
    kind = draw(st.sampled_from(["mainland", "corsica", "overseas", "abroad"]))
    if kind == "corsica":
        return draw(st.sampled_from(["2A", "2B"])) + f"{draw(st.integers(1, 999)):03}"
    if kind == "overseas":
        return f"{draw(st.integers(971, 989)):03}{draw(st.integers(1, 99)):02}".replace("980", "987")
    department = 99 if kind == "abroad" else draw(st.integers(1, 96))
    return f"{department:02}{draw(st.integers(1, 999)):03}"


@st.composite
def numbers(draw):
    sex = draw(st.sampled_from("123478"))
    month = draw(st.one_of(st.integers(1, 12), st.integers(20, 42), st.integers(50, 99)))
    year, order = draw(st.integers(0, 99)), draw(st.integers(1, 999))
    digits13 = f"{sex}{year:02}{month:02}{draw(places())}{order:03}"
    assume(digits13 != nir.SAMPLE_CARD)
    return with_key(digits13)


@st.composite
def spaced(draw, number):
    signs = st.sampled_from(["", "", " ", ".", "-", "\u00a0", "\u202f", "  "])
    return "".join(c + draw(signs) for c in draw(st.sampled_from([number, number.lower()])))


@pytest.mark.parametrize("number", PUBLISHED)
def test_published_examples(number):
    assert nir.parse(number).digits13 == number[:13]


@given(st.data(), numbers())
def test_every_valid_number_is_read_in_any_spacing_and_case(data, number):
    read = nir.parse(data.draw(spaced(number)))
    assert (read.digits13, read.key) == (number[:13], number[13:])


@given(st.data(), numbers())
def test_thirteen_and_fifteen_characters_are_the_same_person(data, number):
    short = nir.parse(data.draw(spaced(number[:13])), key="optional")
    long = nir.parse(data.draw(spaced(number)), key="optional")
    assert short == long
    assert nir.digest(short) == nir.digest(long)


@given(numbers(), st.integers(0, 14), st.sampled_from(string.digits + "AB"))
def test_any_single_slip_is_refused(number, position, character):
    assume(number[position] != character)
    wrong = number[:position] + character + number[position + 1 :]
    assume(not keys_agree(wrong))
    with pytest.raises(NirError):
        nir.parse(wrong)


@given(numbers(), st.integers(0, 13))
def test_any_swap_of_neighbours_is_refused(number, position):
    wrong = number[:position] + number[position + 1] + number[position] + number[position + 2 :]
    assume(wrong != number and not keys_agree(wrong))
    with pytest.raises(NirError):
        nir.parse(wrong)


def keys_agree(number: str) -> bool:
    try:
        return with_key(number[:13]) == number
    except ValueError:
        return False


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("2 58 03 79 191 001", "too_short"),
        ("2 58 03 79 191 001 12 3", "too_long"),
        ("258037919100", "too_short"),
        ("29510991261119X", "not_a_number"),
        ("O95109912611193", "not_a_number"),
        ("10001A200100104", "not_a_number"),
        ("295109912611194", "wrong_key"),
        ("269054958815780", "sample_card"),
        (with_key("5951099126111"), "impossible_sex"),
        (with_key("2951399126111"), "impossible_month"),
        (with_key("2950099126111"), "impossible_month"),
        (with_key("2954599126111"), "impossible_month"),
        (with_key("2951000126111"), "impossible_place"),
        (with_key("2951079000111"), "impossible_place"),
        (with_key("2951097001111"), "impossible_place"),
        (with_key("2951097100111"), "impossible_place"),
        (with_key("2951099126000"), "impossible_order"),
        ("253073A07300443", "impossible_place"),
    ],
)
def test_each_cause_has_its_message(typed, code):
    with pytest.raises(NirError) as raised:
        nir.parse(typed)
    assert raised.value.code == code
    assert typed.strip() == "" or typed not in str(raised.value)


@pytest.mark.parametrize(("key", "length"), [("required", 13), ("refused", 15)])
def test_the_length_asked_for(key, length):
    with pytest.raises(NirError):
        nir.parse(PUBLISHED[0][:length], key=key)


@pytest.mark.parametrize(
    ("typed", "key", "words"),
    [
        ("2580379191001", "required", "il en faut 15, les 13 et les 2 de la clé, vous en avez saisi 13"),
        ("258037919100", "optional", "il en faut 13, ou 15 avec la clé, vous en avez saisi 12"),
        ("258037919100112", "refused", "il en faut 13, vous en avez saisi 15"),
    ],
)
def test_a_wrong_length_is_counted(typed, key, words):
    with pytest.raises(NirError) as raised:
        nir.parse(typed, key=key)
    assert str(raised.value).endswith(words)


def test_the_digest_is_that_of_the_thirteen_characters_under_its_own_pepper_and_purpose():
    number = nir.parse(PUBLISHED[0])
    expected = hmac.new(b"pepper", f"nir:{PUBLISHED[0][:13]}".encode(), hashlib.sha256).hexdigest()
    assert nir.digest(number, pepper="pepper") == expected


def test_its_text_form_says_nothing():
    assert repr(nir.parse(PUBLISHED[0])) == "<Nir>"
    assert PUBLISHED[0][:5] not in repr(nir.parse(PUBLISHED[0])) + str(nir.parse(PUBLISHED[0]))


def test_its_parts():
    read = nir.parse("253072A07300443")
    assert (read.sex, read.year2, read.month, read.place) == ("F", 53, 7, "2A073")
    assert nir.parse("150317800608488").month is None
    assert nir.parse("701019910900175").sex == "M"


class TestAgreement:
    """Compared with FranceConnect or a document: only what both sides know."""

    WOMAN = nir.parse(with_key("2580379191001"))

    def test_the_same_person(self):
        assert nir.agrees(self.WOMAN, "F", datetime.date(1958, 3, 14), "79191") == []

    @pytest.mark.parametrize(
        ("known", "part"),
        [
            ({"sex": "M"}, "sex"),
            ({"birth_date": datetime.date(1958, 4, 14)}, "birth_date"),
            ({"birth_date": datetime.date(1959, 3, 14)}, "birth_date"),
            ({"birthplace_cog": "86194"}, "birthplace"),
        ],
    )
    def test_another_person(self, known, part):
        assert nir.agrees(self.WOMAN, **known) == [part]

    def test_a_pseudo_month_says_nothing_of_the_month(self):
        number = nir.parse("150317800608488")
        assert nir.agrees(number, "M", datetime.date(1950, 7, 1)) == []

    def test_corsica_before_1976_and_a_commune_that_has_merged(self):
        assert nir.agrees(nir.parse(with_key("2580320004001")), birthplace_cog="2A004") == []
        assert nir.agrees(self.WOMAN, birthplace_cog="79063") == []


@pytest.mark.parametrize("born_in", ["2A004", "2B033"])
def test_a_corsican_number_from_before_1976_agrees_with_both_departments(born_in):
    number = nir.parse(with_key("2580320004001"))
    assert nir.agrees(number, birthplace_cog=born_in) == []
    assert nir.agrees(number, birthplace_cog="79191") == ["birthplace"]


@pytest.mark.parametrize(
    ("month", "known"), [("01", 1), ("12", 12), ("20", None), ("42", None), ("50", None), ("99", None)]
)
def test_a_month_or_a_pseudo_month_up_to_99(month, known):
    number = nir.parse(with_key(f"258{month}79191001"))
    assert number.month == known
    assert nir.agrees(number, birth_date=datetime.date(1958, known or 7, 14)) == []


@pytest.mark.parametrize("month", ["00", "13", "19", "43", "49"])
def test_no_other_month(month):
    with pytest.raises(NirError) as refused:
        nir.parse(with_key(f"258{month}79191001"))
    assert refused.value.code == "impossible_month"


@pytest.mark.parametrize(("cog", "wrong"), [("79191", []), ("79300", []), ("86194", ["birthplace"])])
def test_a_commune_may_have_merged_within_its_department(cog, wrong):
    assert nir.agrees(nir.parse(with_key("2580379191001")), birthplace_cog=cog) == wrong


def number_of(place: str) -> nir.Nir:
    return nir.parse(with_key(f"25803{place}001"))


@pytest.mark.parametrize(
    ("place", "cog"),
    [
        ("75010", "92012"),
        ("75010", "93001"),
        ("75010", "94028"),
        ("78100", "91228"),
        ("78100", "92073"),
        ("78100", "93005"),
        ("78100", "94004"),
        ("78100", "95127"),
        ("20004", "2A004"),
        ("20033", "2B033"),
        ("98511", "97608"),
        ("97123", "97701"),
        ("97127", "97801"),
        ("38544", "69259"),
        ("01071", "69282"),
        ("79207", "49099"),
        ("79191", "79061"),
        ("91001", "78322"),
        ("79191", "99352"),
        ("79191", "99100"),
        ("79191", "Niort"),
        ("79191", "7919"),
        ("79191", ""),
    ],
)
def test_a_department_that_changed_its_number_is_one_and_no_code_of_a_commune_says_nothing(place, cog):
    assert nir.agrees(number_of(place), birthplace_cog=cog) == []


@pytest.mark.parametrize(
    ("place", "cog"),
    [
        ("75010", "91228"),
        ("79191", "85191"),
        ("20004", "13055"),
        ("97123", "97411"),
        ("92012", "93001"),
        ("78100", "79191"),
    ],
)
def test_another_department_is_a_doubt(place, cog):
    assert nir.agrees(number_of(place), birthplace_cog=cog) == ["birthplace"]
