"""What holds for all tests."""

from hypothesis import HealthCheck, settings

# How long an example takes says how busy the machine is, and nothing of the code; tests that measure time say so.
settings.register_profile("docwarden", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("docwarden")
