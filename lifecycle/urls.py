"""Routes of the pages about training, releases and the system."""

from lifecycle.insights.urls import urlpatterns as insights
from lifecycle.releases.urls import urlpatterns as releases
from lifecycle.training.urls import urlpatterns as training

app_name = "lifecycle"
urlpatterns = [*insights, *releases, *training]
