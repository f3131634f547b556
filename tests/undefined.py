"""The site's templates name nothing that is not there."""

import sys
from types import FrameType

import pytest


class UndefinedVariable(str):
    """Django's ``string_if_invalid``: fails the test when one of our templates shows a variable that does not exist.

    Templates of Django and of its packages are their authors' business.
    """

    __slots__ = ()

    def __mod__(self, variable: object) -> str:
        template = rendered_template()
        if "site-packages" in template:
            return ""
        pytest.fail(f"Undefined template variable '{variable}' in {template}")


def rendered_template() -> str:
    """The path of the template being rendered, read from the node that renders."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        origin = getattr(frame.f_locals.get("self"), "origin", None)
        if frame.f_code.co_name in {"render", "render_annotated"} and origin is not None:
            return str(origin)
        frame = frame.f_back
    return "a template"
