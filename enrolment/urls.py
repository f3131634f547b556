from django.urls import include, path

from enrolment.views import calendars, dossiers, rights, steps

app_name = "enrolment"
urlpatterns = [
    path("mes-droits/", rights.rights_page, name="rights"),
    path("inscriptions/", dossiers.index, name="list"),
    path("inscriptions/echeances.ics", calendars.deadlines, name="deadlines"),
    path("inscriptions/nouvelle/<int:session_id>/", dossiers.create, name="create"),
    path("inscriptions/<uuid:enrolment_id>/", dossiers.detail, name="detail"),
    path("inscriptions/<uuid:enrolment_id>/annuler/", dossiers.cancel, name="cancel"),
    path("inscriptions/<uuid:enrolment_id>/echeances.ics", calendars.dossier_deadlines, name="dossier-deadlines"),
    path("inscriptions/<uuid:enrolment_id>/<str:step>/", steps.step, name="step"),
    path("identite/", include("enrolment.identity_urls")),
]
