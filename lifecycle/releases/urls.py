"""Routes of the release page."""

from django.urls import path

from lifecycle.releases import views

urlpatterns = [
    path("models/releases", views.releases_page, name="releases"),
    path("models/releases/live", views.releases_live, name="releases_live"),
    path("models/releases/<str:kind>/rollback", views.rollback_post, name="rollback"),
    path("models/releases/<str:kind>/<int:version_id>", views.version_page, name="version"),
    path("models/releases/<str:kind>/<int:version_id>/release", views.release_post, name="release"),
    path("models/releases/encoder/<int:version_id>/compare", views.compare_post, name="compare"),
    path("models/releases/requests/<int:request_id>/approve", views.approve_post, name="approve"),
    path("models/releases/requests/<int:request_id>/withdraw", views.withdraw_post, name="withdraw"),
]
