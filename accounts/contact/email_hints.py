"""A mail address as people type it, and « gmial.com → gmail.com ? »: a suggestion for a slip, never an obligation."""

import re
from difflib import get_close_matches

from core.text import as_number

COMMON_DOMAINS = (
    "gmail.com",
    "orange.fr",
    "wanadoo.fr",
    "hotmail.fr",
    "hotmail.com",
    "outlook.fr",
    "outlook.com",
    "live.fr",
    "yahoo.fr",
    "yahoo.com",
    "free.fr",
    "laposte.net",
    "sfr.fr",
    "bbox.fr",
    "icloud.com",
    "neuf.fr",
    "numericable.fr",
    "gmx.fr",
    "protonmail.com",
    "proton.me",
    "aol.com",
    "me.com",
    "msn.com",
    "club-internet.fr",
    "cegetel.net",
    "deux-sevres.fr",
)
"""The mail providers that officials use most; a domain in this list is never doubted."""
TRUE_NEIGHBOURS = frozenset(
    {"live.com", "gmx.com", "gmx.net", "ymail.com", "mail.com", "email.com", "mac.com", "sfr.net", "free.com"}
)
"""Domains that exist though they look like a slip."""


def tidy(text: str) -> str:
    """The address in what was typed or pasted: « Jeanne <mailto:jeanne@exemple.fr>. » → « jeanne@exemple.fr »."""
    inside = re.search(r"<([^<>]+)>", text)
    address = "".join(as_number(inside[1] if inside else text).split())
    return re.sub(r"^mailto:", "", address, flags=re.IGNORECASE).strip(".,;:<>'\"")


def suggestion(email: str) -> str:
    """The address with the domain probably meant; empty when there is nothing to suggest."""
    local, at, domain = email.strip().rpartition("@")
    domain = domain.lower()
    if not at or domain in COMMON_DOMAINS or domain in TRUE_NEIGHBOURS:
        return ""
    close = get_close_matches(domain, COMMON_DOMAINS, n=1, cutoff=0.84)
    return f"{local}@{close[0]}" if close else ""
