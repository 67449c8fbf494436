"""Routes of the review page."""

from django.urls import path

from safety.views import review_page

app_name = "safety"
urlpatterns = [path("review", review_page, name="review")]
