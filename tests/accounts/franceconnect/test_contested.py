"""Two people whom FranceConnect certifies claim one number: both are told to call, staff see it first."""

import pytest
from django.urls import reverse

from accounts.models import FranceConnectIdentity, IdentityCase, User
from tests.accounts.franceconnect.test_creation import ADDRESS, CONTACT
from tests.factories import FranceConnectIdentityFactory, PostalCodeFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_two_proofs_of_one_number_are_for_the_staff(visitor, provider, staff_client, run_tasks, mailoutbox):
    PostalCodeFactory()
    nir = provider.people["claire"].nir
    holder = UserFactory(nir=nir, certified_by="franceconnect", email="en.place@courriel.example")
    FranceConnectIdentityFactory(user=holder, issuer=provider.issuer, sub="somebody-else")
    visitor.come_in("claire")
    address = visitor.client.get("/compte/creer/")["Location"]
    for posted in ({"nir": nir, "diploma": ""}, CONTACT, ADDRESS):
        address = visitor.client.post(address, posted)["Location"]
    answer = visitor.client.post(address, {"terms": "on", "take_over": "1"})

    assert answer.status_code == 409
    assert "L'ADM79 doit vérifier votre numéro" in answer.text
    assert "Appelez-la ou écrivez-lui" in answer.text
    assert holder.birth_name not in answer.text
    assert not User.objects.filter(email=CONTACT["email"]).exists()
    assert FranceConnectIdentity.objects.get().user == holder
    run_tasks()
    told = {message.to[0]: message for message in mailoutbox}
    for person in (CONTACT["email"], holder.email):
        assert told[person].subject == "Votre numéro de sécurité sociale : appelez l'ADM79"

    IdentityCase.objects.create(kind=IdentityCase.Kind.MANDATE_TAKEN, user=holder)  # later, and nothing to decide
    home = staff_client.get(reverse("admin:index"))
    first = home.context["today_lines"][0]
    assert (first.title, first.count) == ("Questions d'identité à régler", 1)
    listed = staff_client.get(reverse("admin:accounts_identitycase_changelist")).context["cl"].result_list
    assert [case.kind for case in listed] == ["number-contested", "mandate-taken"]
