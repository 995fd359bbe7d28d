"""Settings, urls and entry points; the only room that reads the environment."""
