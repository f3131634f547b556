"""What can go wrong on the way, by what the person has to be told.

No status of 500 and above: it is not this site that fails, and a proxy in front may put a page of its own in place
of such an answer, where the person would read nothing of what to do.
"""

from typing import ClassVar


class FranceConnectError(Exception):
    """Nobody came in. ``code`` goes to the log and holds no personal datum; the class chooses the page."""

    template: ClassVar[str]
    status: ClassVar[int]
    topic: ClassVar[str]
    """Of the help (`templates/help/`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class RefusedError(FranceConnectError):
    """The person refused or stopped, at FranceConnect's."""

    template = "franceconnect/errors/refused.html"
    status = 403
    topic = "franceconnect_interrompu"


class LostError(FranceConnectError):
    """An answer to a question that this browser did not ask, asked too long ago, or has had answered."""

    template = "franceconnect/errors/lost.html"
    status = 400
    topic = "franceconnect_recommencer"


class UnavailableError(FranceConnectError):
    """FranceConnect is down, too slow, or says that it is."""

    template = "franceconnect/errors/unavailable.html"
    status = 424
    topic = "franceconnect_en_panne"


class UnverifiedError(FranceConnectError):
    """What came back cannot be proved to be FranceConnect's answer about this person, now."""

    template = "franceconnect/errors/unverified.html"
    status = 400
    topic = "franceconnect_recommencer"


class OtherPersonError(FranceConnectError):
    """Somebody else came back than the person who is logged in."""

    template = "franceconnect/errors/other_person.html"
    status = 403
    topic = "autre_personne"


class ClosedAccountError(FranceConnectError):
    """The person is known and the account is closed."""

    template = "franceconnect/errors/closed_account.html"
    status = 403
    topic = "compte_ferme"
