"""Routes of the insights page."""

from django.urls import path

from lifecycle.insights import views

urlpatterns = [
    path("insights", views.insights_page, name="insights"),
    path("insights/<str:key>", views.insights_section, name="insights_section"),
]
