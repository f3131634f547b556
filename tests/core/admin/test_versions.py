"""Saving over somebody else's change, in every form of the admin."""

import pytest
from django.contrib.admin import site
from django.urls import reverse

from catalogue.models import Trainer
from core.admin.versions import VersionChecked
from tests import factories
from tests.desk import hidden

pytestmark = pytest.mark.django_db


def test_every_admin_of_the_site_checks_versions():
    assert [admin for admin in site._registry.values() if not isinstance(admin, VersionChecked)] == []


def test_what_somebody_else_saved_meanwhile_is_not_overwritten_unseen(staff_client):
    trainer = Trainer.objects.create(name="Anne Petit", presentation="Juriste")
    url = reverse("admin:catalogue_trainer_change", args=[trainer.pk])
    opened = hidden(staff_client.get(url))
    staff_client.post(url, {**hidden(staff_client.get(url)), "name": "Anne Grand", "presentation": "Juriste"})
    answer = staff_client.post(url, {**opened, "name": "Anne Petit", "presentation": "Avocate, à Niort"})
    assert answer.status_code == 200
    assert "a été modifiée pendant que" in answer.text
    assert "Anne Grand" in answer.text
    assert "Avocate, à Niort" in answer.text
    trainer.refresh_from_db()
    assert (trainer.name, trainer.presentation) == ("Anne Grand", "Juriste")
    staff_client.post(url, {**hidden(answer), "name": "Anne Petit", "presentation": "Avocate, à Niort"})
    trainer.refresh_from_db()
    assert (trainer.name, trainer.presentation) == ("Anne Petit", "Avocate, à Niort")


def test_the_same_value_saved_twice_is_no_conflict(staff_client):
    trainer = Trainer.objects.create(name="Anne Petit")
    url = reverse("admin:catalogue_trainer_change", args=[trainer.pk])
    opened = hidden(staff_client.get(url))
    for _ in range(2):
        assert staff_client.post(url, {**opened, "name": "Anne Petit", "presentation": ""}).status_code == 302


def test_what_many_to_many_fields_hold_counts_too(staff_client):
    training = factories.TrainingFactory(status="draft")
    url = reverse("admin:catalogue_training_change", args=[training.pk])
    opened = hidden(staff_client.get(url))["_version"]
    training.trainers.add(Trainer.objects.create(name="Anne Petit"))
    assert hidden(staff_client.get(url))["_version"] != opened


def test_every_form_that_can_be_saved_says_its_version(staff_client):
    factories.EnrolmentFactory()
    factories.ScaleFactory()
    factories.IdentityCheckFactory()
    Trainer.objects.create(name="Anne Petit")
    opened = 0
    for model in site._registry:
        row = model._default_manager.order_by("pk").first()
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        page = staff_client.get(reverse(name, args=[row.pk])) if row else None
        if page is not None and page.status_code == 200 and 'name="_save"' in page.text:
            assert "_version" in hidden(page), name
            opened += 1
    assert opened >= 6
