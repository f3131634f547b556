"""Copies of documents as phones and scanners make them, and as they come broken or booby-trapped."""

import io
import zlib
from collections.abc import Callable

from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject


def image(format: str = "JPEG", *, mode: str = "RGB", size: tuple[int, int] = (1000, 700), **save: object) -> bytes:
    """A picture with something drawn on it; more arguments go to Pillow's ``save``."""
    picture = Image.new(mode, size, 30_000 if mode == "I;16" else "white")
    if mode == "RGB":
        ImageDraw.Draw(picture).rectangle((40, 40, size[0] // 2, size[1] // 2), fill="navy")
    written = io.BytesIO()
    picture.save(written, format, **save)
    return written.getvalue()


def pdf(pages: int = 1, change: Callable[[PdfWriter], object] | None = None, *, blank: bool = False) -> bytes:
    """A scan; *change* is called with the writer before it is written."""
    writer = PdfWriter()
    if blank:
        writer.add_blank_page(200, 200)
    else:
        scan = io.BytesIO()
        sheets = [Image.new("RGB", (1200, 800), "white") for _ in range(pages)]
        sheets[0].save(scan, "PDF", save_all=True, append_images=sheets[1:])
        writer.append(PdfReader(scan))
    if change:
        change(writer)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def script() -> DictionaryObject:
    """A PDF action that runs a program."""
    return DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    )


def opens_with_a_script(writer: PdfWriter) -> None:
    """Run a program when the file opens."""
    writer.root_object[NameObject("/OpenAction")] = script()


def page_runs_a_script(writer: PdfWriter) -> None:
    """Run a program when a page is shown."""
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): script()})


def hides_a_script(writer: PdfWriter) -> None:
    """Hold a program that nothing in the page tree leads to."""
    writer._add_object(DictionaryObject({NameObject("/Hidden"): script()}))


def sends_a_form(writer: PdfWriter) -> None:
    """Send what is typed elsewhere."""
    writer._add_object(DictionaryObject({NameObject("/S"): NameObject("/SubmitForm")}))


def links_somewhere(writer: PdfWriter) -> None:
    """Lead to a web page when one clicks on the picture, and carry an editor's private notes."""
    writer.add_uri(0, "https://piege.example/", (0, 0, 500, 500))
    writer.pages[0][NameObject("/PieceInfo")] = DictionaryObject({NameObject("/Note"): TextStringObject("note")})


def opens_on_its_first_page(writer: PdfWriter) -> None:
    """The harmless opening action that word processors write."""
    writer.root_object[NameObject("/OpenAction")] = ArrayObject(
        [writer.pages[0].indirect_reference, NameObject("/Fit")]
    )


def packed_pdf(lists: int, padding: int) -> bytes:
    """A PDF of one page that hides *lists* packed lists of objects, each *padding* blanks long once unpacked."""
    parts = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 400]/Contents 4 0 R>>",
        4: b"<</Length 0>>\nstream\n\nendstream",
    }
    rows = {}
    for number in range(10, 10 + 2 * lists, 2):
        head = b"%d 0 " % (number + 1)
        packed = zlib.compress(head + b"<</A 1>>" + b" " * padding, 9)
        facts = b"<</Type/ObjStm/N 1/First %d/Filter/FlateDecode/Length %d>>" % (len(head), len(packed))
        parts[number] = facts + b"\nstream\n" + packed + b"\nendstream"
        rows[number + 1] = b"\x02" + number.to_bytes(4) + b"\0"
    written, last = b"%PDF-1.7\n", 10 + 2 * lists
    for number, part in parts.items():
        rows[number] = b"\x01" + len(written).to_bytes(4) + b"\0"
        written += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    start = rows[last] = b"\x01" + len(written).to_bytes(4) + b"\0"
    table = b"".join(rows.get(number, bytes(6)) for number in range(last + 1))
    facts = b"<</Type/XRef/Size %d/W[1 4 1]/Root 1 0 R/Length %d>>" % (last + 1, len(table))
    written += b"%d 0 obj\n" % last + facts + b"\nstream\n" + table + b"\nendstream\nendobj\n"
    return written + b"startxref\n%d\n%%%%EOF" % int.from_bytes(start[1:5])
