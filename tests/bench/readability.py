"""How easy the help and the steps are to read: words a sentence, and the ease of Kandel and Moles (1958).

207 − 1.015 × words a sentence − 73.6 × syllables a word; 100 is very easy, 60 is plain, under 40 hard. Syllables are
counted by groups of vowels, a mute « e » at the end left out: an estimate, the same for every text.
"""

import re
import sys
from pathlib import Path

import django
from django.conf import settings
from django.utils.html import strip_tags

from core.text import fold

STEPS = ("accounts/signup", "enrolment/steps", "enrolment/identity", "enrolment/refused")
TAGS = re.compile(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|{%.*?%}|{{.*?}}|<svg.*?</svg>", re.DOTALL)
ENDS = re.compile(r"[.!?…]+\s|</(?:p|li|h[1-6]|dd|dt|legend|label|title)>")


def figures(html: str) -> tuple[int, float, float]:
    """Words, words a sentence, ease."""
    bare = TAGS.sub(" ", html)
    sentences = [words for part in ENDS.split(bare) if (words := re.findall(r"[^\W\d_]+", fold(strip_tags(part))))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return 0, 0.0, 0.0
    length = len(words) / len(sentences)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e(?:s|nt)?$", "", word)))) for word in words)
    return len(words), length, 207 - 1.015 * length - 73.6 * syllables / len(words)


def texts() -> dict[str, str]:
    """By name, all that is read at that place."""
    folder = Path(settings.BASE_DIR, "templates")
    found = {"aide": "".join(path.read_text() for path in sorted((folder / "help").glob("*.html")))}
    for name in STEPS:
        found[name] = "".join(path.read_text() for path in sorted((folder / name).glob("*.html")))
    return found


def main() -> int:
    """Print the table."""
    sys.stdout.write(f"{'textes':<22} {'mots':>6} {'mots par phrase':>16} {'facilité':>9}\n")
    for name, html in texts().items():
        count, length, ease = figures(html)
        sys.stdout.write(f"{name:<22} {count:>6} {length:>16.1f} {ease:>9.0f}\n")
    return 0


if __name__ == "__main__":
    django.setup()
    sys.exit(main())
