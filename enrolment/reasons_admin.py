"""Where staff edit the phrases of their reasons."""

from django.contrib import admin

from enrolment.models import ReasonPhrase


@admin.register(ReasonPhrase)
class ReasonPhraseAdmin(admin.ModelAdmin):
    """In the order in which the pages propose them; a phrase taken away changes no mail that left."""

    list_display = ("text", "act", "order")
    list_filter = ("act",)
    search_fields = ("text",)
