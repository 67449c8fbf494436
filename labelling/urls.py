"""Routes of the labelling pages."""

from django.urls import path

from labelling import campaign_views, files, views

app_name = "labelling"
urlpatterns = [
    path("label", views.label_page, name="label"),
    path("label/campaigns", campaign_views.campaigns_page, name="campaigns"),
    path("label/campaigns/new", campaign_views.campaign_new, name="campaign_new"),
    path("label/campaigns/<int:campaign_id>", campaign_views.campaign_page, name="campaign"),
    path("label/campaigns/<int:campaign_id>/state", campaign_views.state_post, name="state"),
    path("label/campaigns/<int:campaign_id>/gold", campaign_views.gold_page, name="gold"),
    path("label/campaigns/<int:campaign_id>/gold/set", campaign_views.gold_post, name="gold_post"),
    path("label/campaigns/<int:campaign_id>/decide", campaign_views.decide_post, name="decide"),
    path(
        "label/campaigns/<int:campaign_id>/labellers/<int:labeller_id>", campaign_views.standing_post, name="standing"
    ),
    path("label/labels.jsonl", files.export, name="export"),
    path("label/import", files.import_post, name="import"),
]
