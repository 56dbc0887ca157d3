"""The console: what the control API drives, as pages for people, at `/` of the shared port.

Server-rendered, in-process, live by server-sent events. What changes something goes through the control API's own
handlers, so that a form is refused for the same reasons and in the same words as a call.
"""

from .service import Console

__all__ = ["Console"]
