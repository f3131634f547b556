"""Copies of identity documents: what a file really is decides, never its name nor what the browser says.

Nothing is stored as it came. An image is decoded and written again as JPEG, so that neither its metadata
(place, phone, date) nor anything hidden behind the pixels survives; a PDF is parsed, and its bare pages are drawn
one below the other into one JPEG: staff look at pictures, and open no file of a stranger. Pure: bytes in, bytes out;
no request, no database. A few bytes may ask for much work: the site calls ``clean`` through
``enrolment.identity_checks.sandbox`` alone.
"""

import io
import re
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pillow_heif
from PIL import Image, ImageOps
from pypdf import PdfReader, PdfWriter, apply_configuration, get_configuration
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

pillow_heif.register_heif_opener()

MAX_BYTES = 10 * 1024 * 1024
"""Largest file taken, in bytes: 10 MB, what a phone's camera makes at its best setting."""

MAX_PIXELS = 64_000_000
"""Largest picture decoded, in pixels: above a phone's usual 12 to 50 megapixels, some 200 MB once decoded."""

MIN_LONG_SIDE, MIN_SHORT_SIDE = 600, 350
"""Smallest readable picture, in pixels: a card of 85 × 54 mm at about 170 dots an inch."""

STORED_LONG_SIDE = 2400
"""Pictures are reduced to this, in pixels: an A4 page at 200 dots an inch stays readable."""

MAX_PDF_SCALE = 4
"""A page is drawn at most so many times its size at 72 dots an inch: 288 dots an inch, more than a scan has."""

MAX_PDF_PAGES = 4
MAX_PDF_OBJECTS = 5_000

MAX_PDF_SECONDS = 5
"""Time of the processor given to look through a PDF: a scan takes a tenth of a second, a booby-trapped one hours."""

MAX_PDF_UNPACKED = 1_000_000
"""Largest packed list of objects, in bytes once unpacked; pictures and text are never unpacked here."""

IMAGE_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")

REDUCIBLE = frozenset({"RGB", "RGBA", "L", "LA", "CMYK"})
"""Modes that Pillow reduces smoothly as they are; palettes and black-and-white become colours first."""

UNPACKING_LIMITS = get_configuration().with_overwrites(
    zlib_maximum_output_length=MAX_PDF_UNPACKED,
    lzw_maximum_output_length=MAX_PDF_UNPACKED,
    run_length_maximum_output_length=MAX_PDF_UNPACKED,
    array_based_stream_maximum_output_length=MAX_PDF_UNPACKED,
)
"""The ways of packing in which a few bytes may become very many."""

FORBIDDEN_PDF_KEYS = frozenset(
    {"/JS", "/JavaScript", "/EmbeddedFile", "/EmbeddedFiles", "/EF", "/Launch", "/RichMedia", "/XFA", "/AA"}
)
FORBIDDEN_PDF_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/RichMediaExecute"}
)

BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, IndexError, KeyError, TypeError, OverflowError)
"""What Pillow and pypdf let through, besides their own errors, when a file lies about itself."""

MESSAGES = {
    "empty": "Ce fichier est vide. Prenez une nouvelle photo ou choisissez un autre fichier.",
    "too_large": "Ce fichier dépasse 10 Mo. Prenez une photo moins lourde ou numérisez la pièce en qualité moyenne.",
    "too_many_pixels": "Cette image est trop grande pour être lue. Prenez une nouvelle photo avec votre téléphone.",
    "too_small": "Cette image est trop petite pour être lisible. Prenez une photo plus nette, de plus près.",
    "wrong_kind": "Ce fichier n'est ni une photo ni un PDF. Choisissez une image JPEG, PNG, WebP ou HEIC, ou un PDF.",
    "broken": "Ce fichier est abîmé ou incomplet. Envoyez-le à nouveau ou prenez une nouvelle photo.",
    "protected": "Ce PDF est protégé par un mot de passe. Enregistrez-le sans protection ou prenez une photo.",
    "active": "Ce PDF contient un programme ou un fichier joint. Prenez plutôt une photo de la pièce.",
    "too_many_pages": f"Ce PDF a plus de {MAX_PDF_PAGES} pages. Envoyez seulement les pages de la pièce d'identité.",
    "too_heavy": "Ce fichier demande trop de travail pour être lu. Prenez une nouvelle photo avec votre téléphone.",
    "busy": "Le site lit déjà d'autres fichiers. Réessayez dans une minute.",
    "blank": "Ce PDF ne contient aucune page lisible. Numérisez la pièce à nouveau ou prenez une photo.",
}
"""What the person reads, by code of ``DocumentError``."""


class DocumentError(ValueError):
    """A file that cannot be taken; ``code`` is a key of ``MESSAGES`` and the text says what to do."""

    def __init__(self, code: str) -> None:
        super().__init__(MESSAGES[code])
        self.code = code


@dataclass(frozen=True)
class CleanDocument:
    """A file as it may be stored: written anew, of a known kind."""

    content: bytes
    content_type: str
    pages: int = 1


def clean(content: bytes) -> CleanDocument:
    """*content* checked and written anew. Raises ``DocumentError``."""
    if not content:
        raise DocumentError("empty")
    if len(content) > MAX_BYTES:
        raise DocumentError("too_large")
    if b"%PDF-" in content[:1024]:
        return _clean_pdf(content)
    if _looks_like_an_image(content):
        return _clean_image(content)
    raise DocumentError("wrong_kind")


# Images --------------------------------------------------------------------------------------------


def _looks_like_an_image(content: bytes) -> bool:
    """Whether the first bytes are those of an accepted image (a cut one is then "broken", not "wrong kind")."""
    return (
        content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
        or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")
        or (content[4:8] == b"ftyp" and re.match(rb"hei[cmsx]|hev[cmsx]|mif1|msf1", content[8:12]) is not None)
    )


def _clean_image(content: bytes) -> CleanDocument:
    try:
        with Image.open(io.BytesIO(content), formats=IMAGE_FORMATS) as image:
            picture = _reduced(image)
    except DocumentError:
        raise
    except Image.DecompressionBombError as error:
        raise DocumentError("too_many_pixels") from error
    except BROKEN as error:
        raise DocumentError("broken") from error
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=85, optimize=True)
    return CleanDocument(written.getvalue(), "image/jpeg")


def _reduced(image: Image.Image) -> Image.Image:
    """The picture upright, in plain colours, not larger than is stored; its size is judged before it is decoded."""
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise DocumentError("too_many_pixels")
    if max(width, height) < MIN_LONG_SIDE or min(width, height) < MIN_SHORT_SIDE:
        raise DocumentError("too_small")
    image.draft("RGB", (STORED_LONG_SIDE, STORED_LONG_SIDE))  # a JPEG is decoded straight at a smaller scale
    if image.mode.startswith("I;16"):  # some scanners write 16 bits of grey, which Pillow cannot turn into colours
        image = image.point(lambda level: level / 256).convert("L")
    if image.mode not in REDUCIBLE:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((STORED_LONG_SIDE, STORED_LONG_SIDE))  # before any copy: a large photo is held once
    picture = image.convert("RGBA" if image.has_transparency_data else "RGB")
    picture = ImageOps.exif_transpose(picture)
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture if picture.mode == "RGBA" else None)
    return paper


# PDF -----------------------------------------------------------------------------------------------


def _clean_pdf(content: bytes) -> CleanDocument:
    try:
        with apply_configuration(UNPACKING_LIMITS):
            reader = PdfReader(io.BytesIO(content))
            for part in _objects(reader):
                _refuse_active(part)
            bare = _bare_pages(reader)
        return CleanDocument(_drawn(bare), "image/jpeg", pages=len(reader.pages))
    except DocumentError:
        raise
    except (PyPdfError, RecursionError, AttributeError, NotImplementedError, AssertionError, *BROKEN) as error:
        raise DocumentError("broken") from error


def _objects(reader: PdfReader) -> Iterable[object]:
    """Everything the file holds, whether or not a page shows it: an action may hang anywhere."""
    if reader.is_encrypted:
        raise DocumentError("protected")
    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MAX_PDF_OBJECTS:
        raise DocumentError("too_many_pages")
    yield reader.trailer
    end = time.thread_time() + MAX_PDF_SECONDS
    for number, generation in sorted(numbers):
        if time.thread_time() > end:
            raise DocumentError("broken")
        if number:
            yield reader.get_object(IndirectObject(number, generation, reader))


def _refuse_active(part: object) -> None:
    """Raise ``DocumentError`` when *part*, looked through to its depth, can do anything but be shown."""
    waiting = [part]
    while waiting:
        item = waiting.pop()
        if isinstance(item, DictionaryObject):
            if FORBIDDEN_PDF_KEYS & item.keys() or item.get("/S") in FORBIDDEN_PDF_ACTIONS:
                raise DocumentError("active")
            waiting.extend(item.values())
        elif isinstance(item, ArrayObject):
            waiting.extend(item)


def _bare_pages(reader: PdfReader) -> bytes:
    """The pages alone: no opening action, no links, no forms, no metadata."""
    if len(reader.pages) > MAX_PDF_PAGES:
        raise DocumentError("too_many_pages")
    if not any("/Contents" in page for page in reader.pages):
        raise DocumentError("blank")
    writer = PdfWriter()
    for page in reader.pages:
        added = writer.add_page(page, excluded_keys=("/Annots", "/Metadata", "/PieceInfo", "/B"))
        added.pop("/StructParents", None)
    writer.metadata = None
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _drawn(content: bytes) -> bytes:
    """The pages of a PDF one below the other, as a JPEG."""
    import pypdfium2  # only in the sandbox's process: the site's own never needs it

    try:
        pages = [_page_drawn(page) for page in pypdfium2.PdfDocument(content)]
    except pypdfium2.PdfiumError as error:
        raise DocumentError("broken") from error
    paper = Image.new("RGB", (max(page.width for page in pages), sum(page.height for page in pages)), "white")
    top = 0
    for page in pages:
        paper.paste(page, (0, top))
        top += page.height
    written = io.BytesIO()
    paper.save(written, "JPEG", quality=85, optimize=True)
    return written.getvalue()


def _page_drawn(page: Any) -> Image.Image:
    scale = min(STORED_LONG_SIDE / max(*page.get_size(), 1), MAX_PDF_SCALE)
    picture: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    return picture
