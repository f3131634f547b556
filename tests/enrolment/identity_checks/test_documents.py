"""A file is what it is, whatever its name; what is kept of it is its picture alone."""

import io

import pytest
from PIL import Image
from pypdf.generic import DictionaryObject, FloatObject, NameObject

from enrolment.identity_checks import documents
from enrolment.identity_checks.documents import DocumentError, clean
from tests.enrolment.identity_checks import copies


def code_of(content: bytes) -> str:
    with pytest.raises(DocumentError) as refusal:
        clean(content)
    assert str(refusal.value) == documents.MESSAGES[refusal.value.code]
    return refusal.value.code


def result_of(content: bytes) -> str:
    """What became of a file: the kind kept, or the code of the refusal; any other exception is a failure."""
    try:
        return clean(content).content_type
    except DocumentError as error:
        return error.code


@pytest.mark.parametrize(
    ("format", "mode"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "1"),
        ("PNG", "LA"),
        ("PNG", "I;16"),
        ("WEBP", "RGB"),
        ("WEBP", "RGBA"),
        ("HEIF", "RGB"),
    ],
)
def test_every_kind_of_picture_becomes_a_plain_jpeg(format, mode):
    document = clean(copies.image(format, mode=mode))
    picture = Image.open(io.BytesIO(document.content))
    assert (document.content_type, document.pages) == ("image/jpeg", 1)
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (1000, 700))


def test_the_picture_itself_survives():
    picture = Image.open(io.BytesIO(clean(copies.image("PNG")).content))
    red, _, blue = picture.getpixel((100, 100))
    assert blue > 100 > red
    assert picture.getpixel((900, 600)) == (255, 255, 255)


def test_metadata_goes_and_the_picture_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # taken with the phone on its side
    exif[0x010F] = "Telephone"
    exif.get_ifd(0x8825)[1] = "N"
    document = clean(copies.image("JPEG", exif=exif, comment=b"secret"))
    picture = Image.open(io.BytesIO(document.content))
    assert picture.size == (700, 1000)
    assert not picture.getexif()
    assert b"Telephone" not in document.content
    assert b"secret" not in document.content


def test_what_is_behind_the_picture_goes():
    document = clean(copies.image("JPEG") + b"PK\x03\x04 a zip after the picture")
    assert Image.open(io.BytesIO(document.content)).size == (1000, 700)
    assert b"a zip" not in document.content


def test_a_large_photo_is_reduced():
    picture = Image.open(io.BytesIO(clean(copies.image("JPEG", size=(6000, 4000))).content))
    assert picture.size == (2400, 1600)


def test_the_transparent_parts_of_a_picture_are_white():
    written = io.BytesIO()
    Image.new("RGBA", (800, 600), (0, 0, 0, 0)).save(written, "PNG")
    picture = Image.open(io.BytesIO(clean(written.getvalue()).content))
    assert picture.getpixel((400, 300)) == (255, 255, 255)


def test_a_file_at_the_limit_is_read_and_one_byte_more_is_too_large():
    photo = copies.image("JPEG")
    assert clean(photo.ljust(documents.MAX_BYTES, b"\0")).content_type == "image/jpeg"
    assert code_of(photo.ljust(documents.MAX_BYTES + 1, b"\0")) == "too_large"


def test_each_refusal_has_its_message():
    photo = copies.image("JPEG", size=(3000, 2000))
    assert code_of(b"") == "empty"
    assert code_of(copies.image("JPEG", size=(599, 500))) == "too_small"
    assert code_of(copies.image("JPEG", size=(900, 349))) == "too_small"
    assert code_of(photo[: len(photo) // 2]) == "broken"
    assert code_of(photo[:20]) == "broken"
    assert code_of(b"\x89PNG\r\n\x1a\n" + b"\0" * 200) == "broken"
    assert code_of(copies.image("GIF")) == "wrong_kind"
    assert code_of(b"PK\x03\x04" + b"word/document.xml") == "wrong_kind"
    assert code_of(b"<svg xmlns='http://www.w3.org/2000/svg'/>") == "wrong_kind"
    assert code_of("Je soussignée…".encode()) == "wrong_kind"


@pytest.mark.parametrize("side", [8_100, 14_000])
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_decoded(side):
    bomb = copies.image("PNG", mode="1", size=(side, side))
    assert len(bomb) < 100_000
    assert code_of(bomb) == "too_many_pixels"


def test_a_scan_is_kept_as_one_picture_of_its_pages():
    document = clean(copies.pdf(2, lambda writer: writer.add_metadata({"/Author": "Jeanne", "/Title": "Ma carte"})))
    assert (document.content_type, document.pages) == ("image/jpeg", 2)
    assert b"Jeanne" not in document.content
    picture = Image.open(io.BytesIO(document.content))
    assert picture.size == (2400, 3200), "two pages of 1200 × 800 points, drawn at twice their size"


@pytest.mark.parametrize("side", [1, 14_400])
def test_a_page_of_any_size_is_drawn_within_bounds(side):
    page = copies.pdf(1, lambda writer: writer.pages[0].mediabox.__setitem__(2, FloatObject(side)))
    picture = Image.open(io.BytesIO(clean(page).content))
    assert max(picture.size) <= documents.STORED_LONG_SIDE + 1


def test_what_hangs_on_a_page_goes():
    for change in (copies.opens_on_its_first_page, copies.links_somewhere):
        assert result_of(copies.pdf(1, change)) == "image/jpeg"


@pytest.mark.parametrize(
    "change",
    [
        copies.opens_with_a_script,
        copies.page_runs_a_script,
        copies.hides_a_script,
        copies.sends_a_form,
        lambda writer: writer.add_attachment("virus.exe", b"MZ"),
    ],
)
def test_a_pdf_that_can_do_anything_but_be_shown_is_refused(change):
    assert code_of(copies.pdf(1, change)) == "active"


def test_a_pdf_with_packed_objects_is_read():
    assert result_of(copies.packed_pdf(lists=2, padding=100)) == "image/jpeg"


def test_a_pdf_that_would_fill_the_memory_is_refused_before_it_is_unpacked():
    bomb = copies.packed_pdf(lists=1, padding=5_000_000)
    assert len(bomb) < 10_000
    assert code_of(bomb) == "broken"


def test_a_pdf_that_would_keep_the_site_busy_is_given_up(monkeypatch):
    monkeypatch.setattr(documents, "MAX_PDF_SECONDS", 0.05)
    assert code_of(copies.packed_pdf(lists=10, padding=300_000)) == "broken"


def test_protected_long_blank_and_broken_pdfs_say_so():
    assert code_of(copies.pdf(1, lambda writer: writer.encrypt("secret"))) == "protected"
    assert code_of(copies.pdf(1, lambda writer: writer.encrypt("", owner_password="secret"))) == "protected"
    assert clean(copies.pdf(documents.MAX_PDF_PAGES)).pages == documents.MAX_PDF_PAGES
    assert code_of(copies.pdf(documents.MAX_PDF_PAGES + 1)) == "too_many_pages"
    assert code_of(copies.pdf(blank=True)) == "blank"
    assert code_of(b"%PDF-1.7\nnothing of a PDF") == "broken"
    assert code_of(copies.pdf()[:300]) == "broken"


@pytest.mark.parametrize("step", [7, 31])
def test_a_damaged_file_is_refused_or_read_and_never_crashes(step):
    for whole in (copies.image("JPEG"), copies.image("PNG"), copies.image("WEBP"), copies.image("HEIF"), copies.pdf()):
        for position in range(0, min(len(whole), 2_000), step * 9):
            damaged = bytearray(whole)
            damaged[position] ^= 0xFF
            assert result_of(bytes(damaged)) in {"image/jpeg", *documents.MESSAGES}


def test_a_pdf_with_an_action_of_its_own_is_refused_whatever_the_action():
    def acts(writer):
        goes = DictionaryObject({NameObject("/S"): NameObject("/Named"), NameObject("/N"): NameObject("/NextPage")})
        writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): goes})

    assert code_of(copies.pdf(1, acts)) == "active"
