"""Django's settings: safe by default, all that differs between machines comes from the environment."""

from pathlib import Path
from urllib.parse import urlsplit

from annotator.config.database import APPLICATION_ROLE as ROLE
from annotator.config.database import database
from annotator.config.environment import environment, secret_key

ENVIRONMENT = environment()
ROOT = Path(__file__).resolve().parents[2]

# --- ours -------------------------------------------------------------------
PALIMPSEST_HOME = ENVIRONMENT.home
PALIMPSEST_VERSION = "0.1.0"
PAGE = ROOT / "frontend" / "dist"  # the built page: index.html and hashed assets
FILES = ENVIRONMENT.home / "files"  # uploads on their way in, exports on their way out
APPLICATION_ROLE = ROLE  # may append to the log, never change it
REDIS_URL = ENVIRONMENT.redis_url  # for redis-py; empty means that there is no broker
PUBLIC_URL = ENVIRONMENT.public_url
NET_PUBLIC = ENVIRONMENT.net_public  # whether addresses that people give may be those of the internet
NET_ALLOW = ENVIRONMENT.net_allow  # hosts and networks that may be called besides
EVENTS_CATALOG = "annotator.domain.catalog.CATALOG"  # what the log's own commands need to know
EVENTS_REGISTRY = "annotator.projections.registry.REGISTRY"
EVENTS_KEYS = ENVIRONMENT.home / "keys"  # that sign what the log was, and encrypt what leaves in log files
EVENTS_ENCRYPT_LOGS = ENVIRONMENT.encrypt_logs  # whether log files are encrypted when nobody says otherwise

# --- Django -----------------------------------------------------------------
DEBUG = False
SECRET_KEY = secret_key(ENVIRONMENT)
ROOT_URLCONF = "annotator.config.urls"
WSGI_APPLICATION = "annotator.config.wsgi.application"
APPEND_SLASH = False
ALLOWED_HOSTS = [
    *(ENVIRONMENT.allowed_hosts or ("localhost", "127.0.0.1", "[::1]")),
    *filter(None, [urlsplit(PUBLIC_URL).hostname]),
]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "events",
    "annotator",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "annotator.config.security.BrowserSecurity",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
DATABASES = {"default": database(ENVIRONMENT)}
# Kept in each process: a request must not depend on the broker, which may be away.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "annotator.Account"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
STATIC_URL = "/static/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 2**20  # bytes of a body held in memory
FILE_UPLOAD_TEMP_DIR = None

# --- cookies and transport ---------------------------------------------------
# A cookie knows no port: a name of our own keeps other services on this machine signed in.
SESSION_COOKIE_NAME = "__Host-palimpsest" if ENVIRONMENT.https else "palimpsest"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = ENVIRONMENT.https
CSRF_COOKIE_NAME = f"{SESSION_COOKIE_NAME}-csrf"
CSRF_COOKIE_HTTPONLY = True  # the page learns the token from GET /api/v1/session
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = ENVIRONMENT.https
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = ENVIRONMENT.https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if ENVIRONMENT.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENVIRONMENT.https
SECURE_HSTS_PRELOAD = ENVIRONMENT.https
# Only a service that is told it stands behind https believes the proxy's word.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.https else None

# --- API --------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Palimpsest",
    "DESCRIPTION": "Collaborative annotation with a perfect memory.",
    "VERSION": PALIMPSEST_VERSION,
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["annotator.api.description.with_components"],
}

# --- logging ----------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": ENVIRONMENT.log_level},
    "loggers": {"django": {"handlers": [], "level": ENVIRONMENT.log_level, "propagate": True}},
}
