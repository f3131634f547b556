"""Django's messages, their cookie named like the others."""

from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage

from core.cookies import host_name


class HostCookieStorage(CookieStorage):
    """Messages in a cookie that only this host can set over https."""

    cookie_name = host_name("messages")


class MessageStorage(FallbackStorage):
    """The cookie, and the session for what it cannot hold."""

    storage_classes = (HostCookieStorage, SessionStorage)
