"""Hosts of Git repositories: pull requests on this machine and at GitHub."""
