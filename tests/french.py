"""Pages are written with spaces that do not break, and long addresses that may; tests look for words."""


def plain(text: str) -> str:
    """The text of a page with plain spaces, where French never breaks them, and with mail addresses in one piece."""
    return text.replace("\u202f", " ").replace("\xa0", " ").replace("&nbsp;", " ").replace("<wbr>", "")
