"""Runs rocrate-validator. Where w3id.org is out of reach, JSON-LD contexts are read from a folder.

usage: validateCrate.py CRATE SEVERITY [CONTEXTS]

CONTEXTS holds ro-crate-1.1.json and workflow-run.json, as https://w3id.org/ro/crate/1.1/context and
https://w3id.org/ro/terms/workflow-run/context give them.
"""

import io
import sys
import urllib.request
import urllib.response
from email.message import Message
from pathlib import Path

CONTEXTS = {
    "https://w3id.org/ro/crate/1.1/context": "ro-crate-1.1.json",
    "https://w3id.org/ro/terms/workflow-run/context": "workflow-run.json",
}


def read_contexts_from(folder: Path) -> None:
    """Answers requests for the two contexts from files, whichever library asks."""
    import requests

    def content_of(url: str) -> bytes | None:
        name = CONTEXTS.get(url.split("#")[0])
        return None if name is None else (folder / name).read_bytes()

    def headers() -> Message:
        message = Message()
        message["Content-Type"] = "application/ld+json"
        return message

    class Handler(urllib.request.HTTPSHandler):
        def https_open(self, request):
            content = content_of(request.full_url)
            if content is None:
                return super().https_open(request)
            answer = urllib.response.addinfourl(io.BytesIO(content), headers(), request.full_url, 200)
            answer.msg = "OK"
            return answer

    urllib.request.install_opener(urllib.request.build_opener(Handler))
    send = requests.Session.send

    def send_from_folder(self, request, **settings):
        content = content_of(request.url)
        if content is None:
            return send(self, request, **settings)
        answer = requests.Response()
        answer.status_code = 200
        answer.url = request.url
        answer.request = request
        answer.raw = io.BytesIO(content)
        answer._content = content
        answer.headers["Content-Type"] = "application/ld+json"
        return answer

    requests.Session.send = send_from_folder


def main() -> int:
    crate, severity, *rest = sys.argv[1:]
    if rest:
        read_contexts_from(Path(rest[0]))
    from rocrate_validator import models, services

    settings = services.ValidationSettings(
        rocrate_uri=models.URI(crate),
        profile_identifier="process-run-crate-0.5",
        requirement_severity=models.Severity[severity],
        abort_on_first=False,
        no_cache=True,
    )
    result = services.validate(settings)
    for issue in result.get_issues():
        print(f"{issue.severity.name} {issue.check.identifier}: {issue.message} ({issue.violatingEntity or ''})")
    return 1 if result.has_issues() else 0


if __name__ == "__main__":
    sys.exit(main())
