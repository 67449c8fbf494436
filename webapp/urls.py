"""Every route of the web process."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from chat.api import router as chat_router
from feed.api import router as feed_router
from labelling.api import router as labelling_router
from safety.api import router as safety_router
from vision.api import router as vision_router
from webapp.api import api
from webapp.pages import feed_page, health, poster, search_page, search_results, upload_page, watch_page
from webapp.uploads import uploads_page

api.add_router("/chat", chat_router)
api.add_router("/videos", vision_router)
api.add_router("/feed", feed_router)
api.add_router("/safety", safety_router)
api.add_router("/labelling", labelling_router)

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # with the second factor

urlpatterns = [
    path("", feed_page, name="feed"),
    path("health", health, name="health"),
    path("search", search_page, name="search"),
    path("search/results", search_results, name="search_results"),
    path("watch/<int:video_id>", watch_page, name="watch"),
    path("watch/<int:video_id>/poster", poster, name="poster"),
    path("upload", upload_page, name="upload"),
    path("uploads", uploads_page, name="uploads"),
    path("", include("safety.urls")),
    path("", include("labelling.urls")),
    path("", include("lifecycle.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/", api.urls),
]
