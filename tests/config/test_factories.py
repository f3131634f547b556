"""The suite's own tools keep their word."""

import socket

import factory
import pytest
from django.http import HttpResponse
from django.template import engines
from django.test import Client
from django.urls import path
from stdnum.fr import nir as stdnum_nir

from accounts.models import Commune
from tests import factories

FACTORIES = [
    member
    for member in vars(factories).values()
    if isinstance(member, type) and issubclass(member, factory.django.DjangoModelFactory) and not member._meta.abstract
]


@pytest.mark.django_db
@pytest.mark.parametrize("maker", FACTORIES, ids=lambda maker: maker.__name__)
def test_a_factory_makes_a_valid_object_with_no_argument(maker):
    maker().full_clean(validate_unique=False, validate_constraints=False)


@pytest.mark.parametrize("place", ["79191", "2A004", "2B033", "97105", "99127"])
def test_made_up_numbers_have_the_right_key(place):
    stdnum_nir.validate(factories.make_nir(place=place))


def writing_view(request):
    Commune.objects.create(code="79002", name="L'Absie")
    return HttpResponse()


urlpatterns = [path("ecrit/", writing_view), path("franceconnect/retour/", writing_view)]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
class TestAGetWritesNothing:
    @pytest.fixture(autouse=True)
    def _bare_site(self, settings):
        settings.MIDDLEWARE = []

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_a_get_that_writes_fails(self, method):
        with pytest.raises(pytest.fail.Exception, match="accounts_commune"):
            getattr(Client(), method.lower())("/ecrit/")

    def test_a_post_may_write(self):
        assert Client().post("/ecrit/").status_code == 200

    def test_the_protocol_of_franceconnect_may_write(self):
        assert Client().get("/franceconnect/retour/").status_code == 200

    @pytest.mark.get_may_write("shows the exception")
    def test_a_marked_test_may_write(self):
        assert Client().get("/ecrit/").status_code == 200


def test_an_undefined_variable_of_ours_fails():
    template = engines["django"].from_string("{{ nowhere.to_be_found }}")
    with pytest.raises(pytest.fail.Exception, match=r"nowhere\.to_be_found"):
        template.render({})


def test_no_test_leaves_this_machine():
    with socket.socket() as outside, pytest.raises(pytest.fail.Exception, match=r"192\.0\.2\.1"):
        outside.connect(("192.0.2.1", 80))


@pytest.mark.django_db
def test_rows_without_order_come_in_no_order_to_count_on():
    factories.CommuneFactory(code="79002")
    factories.CommuneFactory(code="79191")

    assert [row.code for row in Commune.objects.order_by("code")] == ["79002", "79191"]
    assert [row.code for row in Commune.objects.order_by()] == ["79191", "79002"]


@pytest.mark.django_db
def test_no_row_has_the_number_one_nor_that_of_another_table():
    commune = factories.PostalCodeFactory()
    training, body = factories.TrainingFactory(), factories.TrainingBodyFactory()
    assert len({1, commune.pk, training.pk, body.pk}) == 4
