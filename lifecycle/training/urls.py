"""Routes of the training runs' pages."""

from django.urls import path

from lifecycle.training import views

urlpatterns = [
    path("models/runs", views.runs_page, name="runs"),
    path("models/runs/live", views.runs_live, name="runs_live"),
    path("models/runs/start", views.start_page, name="run_start"),
    path("models/runs/<int:run_id>", views.run_page, name="run"),
    path("models/runs/<int:run_id>/live", views.run_live, name="run_live"),
    path("models/runs/<int:run_id>/cancel", views.cancel_post, name="run_cancel"),
    path("models/runs/<int:run_id>/resume", views.resume_post, name="run_resume"),
    path("models/runs/<int:run_id>/again", views.again_post, name="run_again"),
]
