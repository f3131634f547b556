from django.urls import path

from accounts.franceconnect import views

app_name = "franceconnect"

urlpatterns = [
    path("connexion/", views.login, name="login"),
    path("retour/", views.callback, name="callback"),
    path("lier/", views.link, name="link"),
    path("deconnexion/", views.logout, name="logout"),
    path("deconnexion/retour/", views.logout_return, name="logout-return"),
]
