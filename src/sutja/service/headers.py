"""Headers that every answer carries."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def content_policy(framer: str = "'none'") -> str:
    """Return the Content-Security-Policy of a page that the origin `framer` may show in a frame."""
    return (
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data: blob:; "
        f"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {framer}"
    )


RESOURCE_POLICY, OPENER_POLICY = "Cross-Origin-Resource-Policy", "Cross-Origin-Opener-Policy"
SECURITY_HEADERS = {
    "Content-Security-Policy": content_policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    RESOURCE_POLICY: "same-origin",
}
HTTPS_HEADERS = {"Strict-Transport-Security": "max-age=31536000", OPENER_POLICY: "same-origin"}
"""What a service that others can reach says besides; over plain http browsers take neither."""


class SecurityHeaders:
    """ASGI middleware that adds the security headers, but for those that an answer has of its own."""

    def __init__(self, app: ASGIApp, *, is_public: bool) -> None:
        """Wrap an application, which others than this machine can reach or not."""
        self._app, self._is_public = app, is_public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        is_https = self._is_public and scope.get("scheme") == "https"
        wanted = SECURITY_HEADERS | HTTPS_HEADERS if is_https else SECURITY_HEADERS

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in wanted.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
