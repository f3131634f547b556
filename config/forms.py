"""How forms are drawn: ``{{ form }}`` and ``{{ field }}`` use the templates in ``templates/forms/``."""

from django.forms.renderers import TemplatesSetting


class PlainRenderer(TemplatesSetting):
    """Label, hint, error, control: one field template for the whole site."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
