"""The browser of the page's tests."""

from tests.form.conftest import chromium as chromium  # a fixture, shared
