"""Routes of the review pages."""

from django.urls import path

from safety import views
from safety.exports import export

app_name = "safety"
urlpatterns = [
    path("review", views.review_page, name="review"),
    path("review/figures", views.figures_page, name="figures"),
    path("review/figures/threshold", views.threshold_post, name="threshold"),
    path("review/figures/threshold/<int:version_id>/back", views.threshold_back_post, name="threshold_back"),
    path("review/people", views.people_page, name="people"),
    path("review/people/<int:moderator_id>", views.scope_post, name="scope"),
    path("review/export/<str:what>.<str:form>", export, name="export"),
]
