from django.urls import include, path, re_path

from enrolment.assisted import views as assisted
from enrolment.dossiers import calendar_views, offer_views, step_views
from enrolment.dossiers import funding_views as funding
from enrolment.dossiers import views as dossiers
from enrolment.funding import agreement_views as public
from enrolment.funding import mcf_views as mcf
from enrolment.rights import views as rights

app_name = "enrolment"
urlpatterns = [
    path("mes-droits/", rights.rights_page, name="rights"),
    path("mon-compte-formation/", mcf.ready, name="readiness"),
    path("mon-compte-formation/ma-fiche/", mcf.sheet, name="mcf-sheet"),
    path("mon-compte-formation/compte-absent/", mcf.missing_account, name="missing-account"),
    path("inscriptions/", dossiers.index, name="list"),
    path("inscriptions/echeances.ics", calendar_views.deadlines, name="deadlines"),
    path("inscriptions/nouvelle/<int:session_id>/", dossiers.create, name="create"),
    path("inscriptions/<uuid:enrolment_id>/", dossiers.detail, name="detail"),
    path("inscriptions/<uuid:enrolment_id>/annuler/", dossiers.cancel, name="cancel"),
    path("inscriptions/<uuid:enrolment_id>/echeances.ics", calendar_views.dossier_deadlines, name="dossier-deadlines"),
    path("inscriptions/<uuid:enrolment_id>/mon-compte-formation/", mcf.track, name="mcf"),
    path("inscriptions/<uuid:enrolment_id>/accord/", funding.agree, name="agree"),
    path("inscriptions/<uuid:enrolment_id>/collectivite/", public.agreement, name="agreement"),
    re_path(
        r"^inscriptions/(?P<enrolment_id>[0-9a-f-]{36})/collectivite/(?P<kind>accord|convention)/$",
        public.paper,
        name="agreement-paper",
    ),
    path("inscriptions/<uuid:enrolment_id>/changer-de-financement/", funding.change_funding, name="change-funding"),
    path("inscriptions/<uuid:enrolment_id>/place/", offer_views.seat, name="seat"),
    path("inscriptions/<uuid:enrolment_id>/<str:step>/", step_views.step, name="step"),
    path("lettre/", assisted.code, name="letter-code"),
    path("lettre/suite/", assisted.take, name="letter-next"),
    path("lettre/<str:code>/", assisted.letter, name="letter"),
    path("identite/", include("enrolment.identity_checks.urls")),
]
