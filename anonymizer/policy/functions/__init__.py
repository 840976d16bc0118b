"""The check functions, a module a subject; importing this registers them all."""

from anonymizer.policy.functions import consent, custody, ending, project, rights, text, third

__all__ = ["consent", "custody", "ending", "project", "rights", "text", "third"]
