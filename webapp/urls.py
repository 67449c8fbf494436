"""Every route of the web process."""

from django.contrib import admin
from django.urls import include, path

from webapp.api import api
from webapp.pages import feed_page, health, upload_page

urlpatterns = [
    path("", feed_page, name="feed"),
    path("health", health, name="health"),
    path("upload", upload_page, name="upload"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/", api.urls),
]
