"""Errors told to a service that speaks Sentry's protocol; off unless ``SENTRY_DSN`` is set.

What the log has as an error is reported, and no more than the log says: where in the code it happened, the request's
method and path. No value of a variable, no message of an exception, no form, cookie, header, address or query. Nothing
of Django is wrapped for it: a handler of the log is all.
"""

import logging
from typing import Any

from config import logs

KEPT = ("event_id", "timestamp", "platform", "level", "exception", "release", "environment", "sdk", "request", "tags")
"""The parts of a report that leave."""


class ReportHandler(logging.Handler):
    """Hands each error of the log that comes with an exception to the service."""

    def emit(self, record: logging.LogRecord) -> None:
        """Report it."""
        import sentry_sdk

        if record.exc_info:
            with sentry_sdk.new_scope() as scope:
                request = getattr(record, "request", None)
                path = logs.discreet(getattr(request, "path", ""))
                scope.set_context("asked", {"method": getattr(request, "method", ""), "url": path})
                sentry_sdk.capture_exception(record.exc_info)


def start(dsn: str, **options: Any) -> None:
    """Report from this process on."""
    import sentry_sdk  # takes a tenth of a second to import, which nobody without it should wait for

    sentry_sdk.init(
        dsn,
        default_integrations=False,
        auto_enabling_integrations=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        before_send=discreet,
        **options,
    )
    logging.getLogger().addHandler(ReportHandler(logging.ERROR))


def discreet(event: Any, hint: dict[str, Any]) -> Any:
    """*event* without anything that somebody typed."""
    asked = event.get("contexts", {}).get("asked", {})
    for value in event.get("exception", {}).get("values", []):
        value.pop("value", None)
    told = {name: event[name] for name in KEPT if name in event}
    return told | {"request": asked, "tags": {"request_id": logs.request_id.get()}}
