"""A plugin of the servers that browsers are led to: signing in, and a Content-Security-Policy.

Datasette itself signs in root alone, and once.  The policy is as strict as Datasette's own
inline scripts and styles leave it: nothing of another host, no ``eval``, no frames.
"""

from datasette import Response, hookimpl

POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


@hookimpl
def register_routes():
    return [(r"^/-/sign-in-as/(?P<actor>[a-z]+)$", sign_in)]


async def sign_in(request, datasette):
    response = Response.redirect(datasette.urls.instance())
    actor = {"id": request.url_vars["actor"]}
    response.set_cookie("ds_actor", datasette.sign({"a": actor}, "actor"))
    return response


@hookimpl
def asgi_wrapper():
    def wrap(app):
        async def with_policy(scope, receive, send):
            async def send_more(message):
                if message["type"] == "http.response.start":
                    header = (b"content-security-policy", POLICY.encode())
                    message = {**message, "headers": [*message["headers"], header]}
                await send(message)

            await app(scope, receive, send_more)

        return with_policy

    return wrap
