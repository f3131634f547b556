"""The demo's barèmes of the DIF élus. On a real site staff enter them in the admin: amounts change by decree."""

from datetime import date
from decimal import Decimal

from catalogue.models import Scale

SCALES = (
    {
        "effective_from": date(2022, 1, 1),
        "yearly_credit": Decimal(400),
        "cap": Decimal(800),
        "hourly_cap": Decimal(80),
        "source": "Barème en vigueur jusqu'au 30 novembre 2026",
    },
    {
        "effective_from": date(2026, 12, 1),
        "yearly_credit": Decimal(600),
        "cap": Decimal(1200),
        "hourly_cap": Decimal(100),
        "to_confirm": True,
        "source": "Annoncé pour le 1er décembre 2026, une seule source",
    },
)


def ensure_scales() -> None:
    """The demo's barèmes, unless somebody has entered some."""
    if not Scale.objects.exists():
        Scale.objects.bulk_create(Scale(**scale) for scale in SCALES)
