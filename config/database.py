"""How long PostgreSQL may keep anybody waiting."""

LOCK = "5s"
"""For what another transaction holds; a migration gives up too, rather than let visitors queue behind it."""
STATEMENT = "10s"
"""For one query of a page: the slowest takes a tenth of a second (``make bench``)."""
IDLE_IN_TRANSACTION = "60s"
"""For a transaction whose process has stopped asking: its locks are given back."""


def session_limits(*, pages: bool) -> dict[str, str]:
    """PostgreSQL's parameters for each connection; *pages* when a visitor waits for the answer.

    A pooler in front has to let them pass (``docs/scaling.md``).
    """
    # Compiling a query costs more than it saves on pages of twenty rows (`make bench`).
    always = {"jit": "off", "lock_timeout": LOCK, "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION}
    return always | ({"statement_timeout": STATEMENT} if pages else {})
