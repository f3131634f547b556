"""Account creation, login, password, mail address, profile. The French paths are stable for ever."""

from django.urls import include, path

from accounts.contact import views as contact
from accounts.login import fresh_proof, reset
from accounts.login import views as login
from accounts.login.fresh_proof import fresh_proof_required
from accounts.mandates import declaration_views
from accounts.profile import views as profile
from accounts.signup import views as signup
from accounts.terms import views as terms

app_name = "accounts"
urlpatterns = [
    path("compte/creer/", signup.signup, name="signup"),
    path("compte/creer/<uuid:draft_id>/<str:step>/", signup.step, name="signup-step"),
    path("compte/communes/", contact.city_field, name="city-field"),
    path("connexion/", login.login_page, name="login"),
    path("connexion/prolonger/", login.keep_alive, name="keep-alive"),
    path("connexion/reprise/<uuid:draft_id>/", login.parked_page, name="parked"),
    path("deconnexion/", login.logout_page, name="logout"),
    path("mot-de-passe/oublie/", reset.forgotten, name="password-forgotten"),
    path("mot-de-passe/oublie/envoye/", reset.forgotten_sent, name="password-forgotten-sent"),
    path("mot-de-passe/nouveau/<str:uid>/<str:token>/", reset.new_password, name="password-reset"),
    path("adresse-mail/", fresh_proof_required(contact.waiting), name="email"),
    path("adresse-mail/confirmer/<str:token>/", contact.confirm, name="email-confirm"),
    path("adresse-mail/pas-moi/<str:token>/", contact.stop, name="email-stop"),
    path("conditions-generales/accepter/", terms.accept, name="terms-accept"),
    path("mes-droits/mandats/", include("accounts.mandates.urls")),
    path("mes-mandats/", declaration_views.mandates, name="mandates"),
    path("mon-compte/", profile.profile, name="profile"),
    path("mon-compte/prouver/", fresh_proof.page, name="prove"),
    path("mon-compte/telephones/", profile.contact, name="profile-contact"),
    path("mon-compte/adresse/", profile.address, name="profile-address"),
    path("mon-compte/nom-d-usage/", profile.usual_name, name="profile-usual-name"),
    path("mon-compte/mot-de-passe/", profile.password, name="profile-password"),
    path("mon-compte/sessions/fermer/", profile.close_sessions, name="profile-close-sessions"),
    path("mon-compte/franceconnect/retirer/", profile.unlink_franceconnect, name="profile-unlink-franceconnect"),
    path("mon-compte/donnees/", profile.download, name="profile-download"),
    path("mon-compte/correction/", profile.correction, name="profile-correction"),
    path("mon-compte/fermer/", profile.close, name="profile-close"),
    path("mon-compte/ferme/", profile.closed, name="profile-closed"),
]
