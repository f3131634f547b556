from django.urls import include, path

from enrolment.dossiers import calendar_views, step_views
from enrolment.dossiers import views as dossiers
from enrolment.rights import views as rights

app_name = "enrolment"
urlpatterns = [
    path("mes-droits/", rights.rights_page, name="rights"),
    path("inscriptions/", dossiers.index, name="list"),
    path("inscriptions/echeances.ics", calendar_views.deadlines, name="deadlines"),
    path("inscriptions/nouvelle/<int:session_id>/", dossiers.create, name="create"),
    path("inscriptions/<uuid:enrolment_id>/", dossiers.detail, name="detail"),
    path("inscriptions/<uuid:enrolment_id>/annuler/", dossiers.cancel, name="cancel"),
    path("inscriptions/<uuid:enrolment_id>/echeances.ics", calendar_views.dossier_deadlines, name="dossier-deadlines"),
    path("inscriptions/<uuid:enrolment_id>/<str:step>/", step_views.step, name="step"),
    path("identite/", include("enrolment.identity_checks.urls")),
]
