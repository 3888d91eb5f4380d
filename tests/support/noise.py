"""What a page complains about where nobody looks: console errors, uncaught exceptions, broken promises of the CSP."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Response, WebError

REFUSAL = "Failed to load resource: the server responded with a status of 4"
"""Chromium says this of every refused form; a refused form is an answer, not noise. See `_note_response`."""

ANSWERS = {"document", "fetch", "xhr"}
"""Requests whose 4xx is an answer to a person; a style sheet, a script or an image that is missing is a fault."""

CSP_WATCH = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI}`));
"""


class Noise:
    """Collects the complaints of every page of the contexts it listens to."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def listen(self, context: BrowserContext) -> None:
        context.add_init_script(CSP_WATCH)
        context.on("console", self._note_console)
        context.on("weberror", self._note_exception)
        context.on("response", self._note_response)

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(REFUSAL):
            self.heard.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _note_exception(self, error: WebError) -> None:
        self.heard.append(f"exception: {error.error}")

    def _note_response(self, response: Response) -> None:
        missing = response.status >= 400 and response.request.resource_type not in ANSWERS
        if missing or response.status >= 500:
            self.heard.append(f"{response.status}: {response.url}")
