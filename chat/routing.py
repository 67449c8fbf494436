"""Name the chat's live socket."""

from django.urls import path

from chat.consumers import EventsConsumer

websocket_urlpatterns = [path("ws/events", EventsConsumer.as_asgi())]
