"""Settings: every value from the environment, with a default that works on one machine.

Without DATABASE_URL and REDIS_URL the embedded services of `TILLER_HOME` are used (webapp/embedded).
"""

import os
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from chat.profiles import PROFILES, check_guard, check_profiles, stage_profiles
from webapp.embedded.paths import Home

# Two cores and several processes: one thread each, and idle threads must not spin (measured: 4.5 x slower otherwise).
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# --- where state lives -------------------------------------------------------------------------------------------------
TILLER_HOME = Path(env.str("TILLER_HOME", default=str(BASE_DIR / "var"))).expanduser().resolve()
HOME = Home(TILLER_HOME)
MEDIA_ROOT = TILLER_HOME / "media"
QUARANTINE_ROOT = TILLER_HOME / "quarantine"
PORT = env.int("PORT", default=8000)

# --- who may reach it --------------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("TILLER_DEMO", default=False)
if DEMO and not DEBUG:
    raise ImproperlyConfigured(
        "TILLER_DEMO makes logins with a known password: it needs DEBUG=true, never on a public server."
    )
SECRET_KEY = env.str("SECRET_KEY", default="") or HOME.secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("TILLER_HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "webapp.administration.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "ninja",
    "lucide",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "webapp.accounts",
    "webapp",
    "safety",
    "chat",
    "vision",
    "feed",
    "feed.experiments",
    "labelling",
    "lifecycle",
    "workers",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "webapp.access.RoleMatrix",
]

ROOT_URLCONF = "webapp.urls"
ASGI_APPLICATION = "webapp.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "webapp.context.demo_logins",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "media-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- database, cache, broker -------------------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL") if env.str("DATABASE_URL", default="") else HOME.postgres_settings()
}
DATABASE_POOL_MAX = env.int("DATABASE_POOL_MAX", default=0)  # the web process sets it; a worker keeps one connection
if DATABASE_POOL_MAX:
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 2, "max_size": DATABASE_POOL_MAX, "timeout": 10}}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["TEST"] = {"NAME": "test_tiller"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default=HOME.valkey_url())
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
CHANNEL_LAYERS = {
    "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}},
}
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="") or REDIS_URL.replace("unix://", "redis+socket://")

# --- accounts ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Tiller"
RELEASE_NEEDS_TWO = env.bool("TILLER_RELEASE_NEEDS_TWO", default=not DEMO)  # a release takes a second admin's yes
STAFF_SECOND_FACTOR = env.bool("TILLER_STAFF_SECOND_FACTOR", default=not DEMO)  # of labellers, moderators, admins
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.console.EmailBackend")

# --- models ------------------------------------------------------------------------------------------------------------
MODEL_PROFILE = env.str("MODEL_PROFILE", default="bundled")
if MODEL_PROFILE not in PROFILES:
    raise ImproperlyConfigured(f"MODEL_PROFILE={MODEL_PROFILE!r}: choose bundled, open or served.")
OPEN_CLIP_MODEL = env.str("TILLER_OPEN_CLIP_MODEL", default="ViT-B-32")
OPEN_CLIP_PRETRAINED = env.str("TILLER_OPEN_CLIP_PRETRAINED", default="laion2b_s34b_b79k")
OPEN_LLM = env.str("TILLER_OPEN_LLM", default="")  # an instruct model's hub name or folder
SERVED_URL = env.str("TILLER_SERVED_URL", default="")
SERVED_MODEL = env.str("TILLER_SERVED_MODEL", default="")
SERVED_API_KEY = env.str("TILLER_SERVED_API_KEY", default="")
OPEN_GUARD = env.str("TILLER_OPEN_GUARD", default="")  # a Llama Guard's hub name or folder
OPEN_GUARD_ADAPTER = env.str("TILLER_OPEN_GUARD_ADAPTER", default="")  # a folder that `manage.py train_guard` wrote
SERVED_GUARD_URL = env.str("TILLER_SERVED_GUARD_URL", default="") or SERVED_URL
SERVED_GUARD = env.str("TILLER_SERVED_GUARD", default="")
GUARD_DATA = Path(
    env.str("TILLER_GUARD_DATA", default=str(BASE_DIR.parent / "shared" / "data"))
)  # labelled sets, where they are
try:  # which profile answers which stage of the understanding, e.g. "extraction=served,reply=served"
    _default = (
        "bundled" if MODEL_PROFILE == "open" and not OPEN_LLM else MODEL_PROFILE
    )  # open_clip alone leaves the stages as they are
    STAGE_PROFILES = stage_profiles(env.str("TILLER_STAGE_PROFILES", default=""), default=_default)
    check_profiles(STAGE_PROFILES, open_llm=OPEN_LLM, served_url=SERVED_URL, served_model=SERVED_MODEL)
    check_guard(STAGE_PROFILES["guard"], open_guard=OPEN_GUARD, served_url=SERVED_GUARD_URL, served_guard=SERVED_GUARD)
except ValueError as error:
    raise ImproperlyConfigured(f"MODEL_PROFILE, TILLER_STAGE_PROFILES: {error}") from error
DEMO_SEED = env.int("TILLER_DEMO_SEED", default=7)
DEMO_CLIPS = env.int("TILLER_DEMO_CLIPS", default=0)  # 0: the whole demo catalogue

# --- workers -----------------------------------------------------------------------------------------------------------
LLM_CONCURRENCY = env.int("TILLER_LLM_CONCURRENCY", default=4)  # one slot a parallel stage
VISION_CONCURRENCY = env.int("TILLER_VISION_CONCURRENCY", default=2)
MAX_UPLOAD_BYTES = env.int("TILLER_MAX_UPLOAD_BYTES", default=200 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
MEDIA_ACCEL_PREFIX = env.str(
    "TILLER_MEDIA_ACCEL_PREFIX", default=""
)  # e.g. /protected/: a proxy in front sends the bytes

# --- safety ------------------------------------------------------------------------------------------------------------
SAFETY_TARGETS = {"video": "webapp.safety_targets.VideoTarget", "message": "webapp.safety_targets.MessageTarget"}
SAFETY_RELEASED_GUARD = "lifecycle.guards.selectors.released_guard"  # what says whether a trained guard serves
SAFETY_SECOND_REVIEW_SHARE = env.float("TILLER_SECOND_REVIEW_SHARE", default=0.05)  # of decisions, looked at twice

# --- pages -------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = TILLER_HOME / "static"
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "httpx": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
}
