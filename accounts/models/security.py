"""What keeps accounts safe: the browsers where somebody is logged in, the second factor of the staff."""

import hmac
import secrets
import time
from base64 import b32encode
from datetime import datetime
from typing import ClassVar
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone
from django_otp.models import Device, ThrottlingMixin, TimestampMixin
from django_otp.oath import TOTP

from core import encryption


class OpenSessionQuerySet(models.QuerySet["OpenSession"]):
    """Sessions, to close from elsewhere."""

    def close(self, rescue: datetime | None = None) -> int:
        """End these sessions, and return how many were noted. With *rescue* (now) the notes stay, as closed then."""
        keys = list(self.values_list("session_key", flat=True))
        Session.objects.filter(session_key__in=keys).delete()
        if rescue:
            self.update(closed_at=rescue)
        else:
            self.delete()
        return len(keys)


class OpenSession(models.Model):
    """A browser where the person is logged in, so that they can see it and close it from elsewhere."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="open_sessions", verbose_name="compte"
    )
    session_key = models.CharField("empreinte de la clé", max_length=40, unique=True, editable=False)
    method = models.CharField("par", max_length=20)
    device = models.CharField("appareil", max_length=60, blank=True)
    remembered = models.BooleanField("rester connecté", default=False)
    closed_at = models.DateTimeField(
        "fermée ailleurs le",
        null=True,
        blank=True,
        help_text="« Déconnecter partout » : ce qui y était saisi se reprend.",
    )
    opened_at = models.DateTimeField("ouverte le", default=timezone.now)

    objects = OpenSessionQuerySet.as_manager()

    class Meta:
        verbose_name = "session ouverte"
        verbose_name_plural = "sessions ouvertes"
        ordering = ("-opened_at", "id")

    def __str__(self) -> str:
        return f"{self.device} {self.opened_at:%d/%m/%Y}"


class SecondFactor(TimestampMixin, ThrottlingMixin, Device):
    """A device of django-otp that makes who guesses wait: 1, 2, 4… seconds."""

    class Meta:
        abstract = True

    def get_throttle_factor(self) -> float:
        return 1


class Telephone(SecondFactor):
    """A telephone that makes the codes of a member of staff (TOTP, RFC 6238); its secret is encrypted."""

    SECRET_BYTES = 20
    TOLERANCE = 1
    """Codes of 30 seconds accepted before and after the present one."""

    secret = models.BinaryField("secret chiffré", default=bytes, editable=False)
    last_step = models.BigIntegerField("dernier code utilisé", default=-1, editable=False)

    class Meta:
        verbose_name = "téléphone"
        verbose_name_plural = "second facteur : téléphones"

    def __str__(self) -> str:
        return f"Téléphone de {self.user}"

    def make_secret(self) -> None:
        """Draw a new secret; the caller saves."""
        self.secret = encryption.encrypt(secrets.token_bytes(self.SECRET_BYTES))

    @property
    def key(self) -> str:
        """The secret as it is typed into a telephone (base 32)."""
        return b32encode(encryption.decrypt(self.secret)).decode()

    @property
    def config_url(self) -> str:
        """What the QR code says."""
        label = quote(f"{settings.OTP_TOTP_ISSUER}:{self.user.get_username()}")
        return f"otpauth://totp/{label}?{urlencode({'secret': self.key, 'issuer': settings.OTP_TOTP_ISSUER})}"

    def verify_token(self, token: str) -> bool:
        """Whether *token* is a code of now, used for the first time. Failures make the next try wait."""
        allowed, _ = self.verify_is_allowed()
        if not allowed:
            return False
        totp = TOTP(encryption.decrypt(self.secret))
        totp.time = time.time()
        code = int(token) if token.isdecimal() else -1
        if not totp.verify(code, tolerance=self.TOLERANCE, min_t=self.last_step + 1):
            self.throttle_increment()
            return False
        self.last_step = totp.t()
        self.throttle_reset(commit=False)
        self.set_last_used_timestamp(commit=False)
        self.save()
        return True


class RecoveryCodes(SecondFactor):
    """The codes that a member of staff keeps on paper: digests, each for one use."""

    class Meta:
        verbose_name = "codes de secours"
        verbose_name_plural = "second facteur : codes de secours"

    def __str__(self) -> str:
        return f"Codes de secours de {self.user}"

    def make(self, count: int) -> list[str]:
        """Draw *count* codes; in clear only here."""
        codes = [secrets.token_hex(5) for _ in range(count)]
        RecoveryCode.objects.bulk_create(
            RecoveryCode(device=self, digest=RecoveryCode.digest_of(code)) for code in codes
        )
        return codes

    def verify_token(self, token: str) -> bool:
        """Whether *token* is one of the codes, which is used up. Failures make the next try wait."""
        allowed, _ = self.verify_is_allowed()
        if not allowed:
            return False
        wanted = RecoveryCode.digest_of(token)
        code = next((each for each in self.codes.all() if hmac.compare_digest(each.digest, wanted)), None)
        if code is None or not RecoveryCode.objects.filter(pk=code.pk).delete()[0]:
            self.throttle_increment()
            return False
        self.throttle_reset()
        return True


class RecoveryCode(models.Model):
    """The digest of one code."""

    device = models.ForeignKey(RecoveryCodes, models.CASCADE, related_name="codes")
    digest = models.CharField("empreinte", max_length=64)

    class Meta:
        verbose_name = "code de secours"
        ordering: ClassVar = ("pk",)

    def __str__(self) -> str:
        return "Code de secours"

    @staticmethod
    def digest_of(code: str) -> str:
        """What is kept of a code."""
        return encryption.keyed_digest(code, purpose="recovery-code")
