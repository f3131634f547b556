"""Tables in and out: whichever way they were saved, formulas inert, what is no table told in words."""

import datetime
import doctest
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import spreadsheets
from core.spreadsheets import Formula, UnreadableError, bare, inert, rows_of
from core.text import decode

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def test_the_examples_of_the_module_hold():
    assert doctest.testmod(spreadsheets).failed == 0


@given(st.text())
def test_the_mark_of_a_text_is_taken_off_again(text):
    assert bare(inert(text)) == text
    assert not inert(text).startswith(DANGEROUS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("first", ["", "sep={0}\r\n"])
@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_every_way_a_spreadsheet_saves_text(encoding, first, sign):
    text = first.format(sign) + f'nom{sign}prénom\r\n"Le Goff"{sign}Zoé\r\n'
    assert rows_of(text.encode(encoding)) == [["nom", "prénom"], ["Le Goff", "Zoé"]]


def test_sep_wins_over_what_the_lines_look_like():
    assert rows_of(b"sep=,\na;b,c\n") == [["a;b", "c"]]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_written_is_read(kind):
    day = datetime.date(2027, 3, 1)
    written = spreadsheets.write(
        kind, ["a", "b", "c", "d"], [["=1+1", Decimal("-2.50"), day, True], ["é\nf", None, "'", ""]]
    )
    headers, first, second = rows_of(written)
    assert headers == ["a", "b", "c", "d"]
    assert [first[0], spreadsheets.french(first[3])] == ["=1+1", "oui"]
    assert spreadsheets.french(first[1]) in {"-2,50", "-2,5"}
    assert spreadsheets.french(first[2]).startswith("01/03/2027")
    assert [spreadsheets.text_of(cell) for cell in second[:3]] == ["é\nf", "", "'"]


def excel(*rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_formula_without_a_result_is_named_and_never_computed():
    ((cell, other),) = rows_of(excel(["=WEBSERVICE(1)", 3]))
    assert isinstance(cell, Formula)
    assert other == 3


def bomb() -> bytes:
    out = io.BytesIO(excel(["a"]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image.bin", bytes(spreadsheets.LARGEST_UNPACKED + 1))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "vide"),
        (b"  \n ", "vide"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "pas un tableau"),
        (b"%PDF-1.7\n\x00\x01\x02", "pas un tableau"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "ancien format"),
        (b"PK\x03\x04 and no more", "Enregistrez-le en .xlsx"),
        (b"a;b\n" * (spreadsheets.MOST_ROWS + 1), "plus de 20000 lignes"),
    ],
)
def test_what_is_no_table_is_told_in_words(content, says):
    with pytest.raises(UnreadableError, match=says):
        rows_of(content)


def test_an_archive_that_unpacks_without_end_is_not_opened():
    with pytest.raises(UnreadableError, match="trop grand"):
        rows_of(bomb())


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail_otherwise(content):
    decode(content)
    try:
        rows = rows_of(content)
    except UnreadableError:
        return
    assert all(isinstance(row, list) for row in rows)
