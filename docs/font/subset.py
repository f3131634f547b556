"""Cut the face that the site serves out of the fontsource package. See README.md beside this file.

    python subset.py PACKAGE_FOLDER OUTPUT_FOLDER      (needs fonttools and brotli)

Besides leaving out what French never writes, three glyphs change, as the licence allows (no reserved name):
the zero loses its slash, which made sums hard to read (« 1 200,00 € »); the slashed one stays for references, as the
feature ``zero``; the narrow non-breaking space and the non-breaking hyphen, missing from the face, are added.
"""

import sys
from copy import deepcopy
from pathlib import Path

from fontTools import subset
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.reverseContourPen import ReverseContourPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

FRENCH = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "ÀÂÄÆÇÈÉÊËÎÏÔÖŒÙÛÜŸàâäæçèéêëîïôöœùûüÿ"
    + "ÁÍÓÚÑáíóúñãß"  # names from elsewhere
    + "«»“”…—•·°€§²\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
    + "\N{EN DASH}\N{MINUS SIGN}\N{MULTIPLICATION SIGN}\N{NO-BREAK SPACE}"
)
NARROW = 0x202F
HYPHEN = 0x2011


def plain_zero(font: TTFont) -> None:
    """Keep the slashed zero under the feature ``zero``; the usual one gets its outer shape and a whole counter."""
    glyphs, metrics, zero = font["glyf"], font["hmtx"], font.getBestCmap()[ord("0")]
    slashed = deepcopy(glyphs[zero])
    contours: list[list] = []
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[zero].draw(pen)
    for command, points in pen.value:
        if command == "moveTo":
            contours.append([])
        contours[-1].append((command, points))
    boxes = [box(contour) for contour in contours]
    outer = max(range(len(boxes)), key=lambda number: boxes[number][2] - boxes[number][0])
    inner = [each for number, each in enumerate(boxes) if number != outer]
    left, bottom = min(each[0] for each in inner), min(each[1] for each in inner)
    right, top = max(each[2] for each in inner), max(each[3] for each in inner)
    x0, y0, x1, y1 = boxes[outer]
    shrink = ((right - left) / (x1 - x0), 0, 0, (top - bottom) / (y1 - y0))
    shift = (left - x0 * shrink[0], bottom - y0 * shrink[3])
    drawn = TTGlyphPen(None)
    replay(contours[outer], drawn)
    replay(contours[outer], TransformPen(ReverseContourPen(drawn), (*shrink, *shift)))
    order = [*font.getGlyphOrder(), "zero.slash"]
    font.setGlyphOrder(order)
    glyphs["zero.slash"], metrics["zero.slash"] = slashed, metrics[zero]
    glyphs[zero] = drawn.glyph()
    glyphs[zero].recalcBounds(glyphs)
    addOpenTypeFeaturesFromString(font, f"feature zero {{ sub {zero} by zero.slash; }} zero;")


def box(contour: list) -> tuple[float, float, float, float]:
    """Left, bottom, right, top."""
    points = [point for _, points in contour for point in points]
    return min(x for x, _ in points), min(y for _, y in points), max(x for x, _ in points), max(y for _, y in points)


def replay(contour: list, pen: object) -> None:
    """Draw a recorded contour with another pen."""
    for command, points in contour:
        getattr(pen, command)(*points)


def spaces(font: TTFont) -> None:
    """U+202F, two thirds of a space wide, and U+2011, the hyphen."""
    cmap = font.getBestCmap()
    font.setGlyphOrder([*font.getGlyphOrder(), "narrow"])
    font["glyf"]["narrow"] = Glyph()
    font["hmtx"]["narrow"] = (font["hmtx"][cmap[0x20]][0] * 2 // 3, 0)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[NARROW] = "narrow"
            table.cmap[HYPHEN] = cmap[ord("-")]


def cut(source: Path, target: Path) -> None:
    """One weight: read from the package, cut, changed, written."""
    options = subset.Options()
    options.flavor, options.layout_features = "woff2", ["kern"]
    options.hinting, options.desubroutinize, options.notdef_outline = False, True, False
    options.name_IDs, options.drop_tables = [0, 1, 2, 13, 14], [*options.drop_tables, "DSIG", "STAT"]
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(text=FRENCH)
    cutter.subset(font)
    spaces(font)
    plain_zero(font)
    subset.save_font(font, str(target), options)


if __name__ == "__main__":
    package, output = map(Path, sys.argv[1:])
    for weight in (400, 700):
        name = f"atkinson-hyperlegible-next-latin-{weight}-normal.woff2"
        cut(package / "files" / name, output / f"hyperlegible-{weight}.woff2")
