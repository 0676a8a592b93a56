"""Files from the network, whole or not at all."""

from pathlib import Path

from dlse.workflow.errors import UserError

TIMEOUT = (10, 60)  # seconds: to connect, and without a byte


def download(address: str, files: list[str], folder: Path) -> None:
    """Fetch `files` from below `address` into `folder`, those that are not there yet, with
    progress and one more try. What is in them is for the caller to verify.

    Raises `FileNotFoundError` with the host's answer where it has no such file, and a `UserError`
    where there is no connection or the transfer breaks.
    """
    import pooch
    import requests

    remote = pooch.create(
        path=folder,
        base_url=address.rstrip("/") + "/",
        registry=dict.fromkeys(files),
        retry_if_failed=2,
    )
    downloader = pooch.HTTPDownloader(progressbar=True, timeout=TIMEOUT)
    for file in files:
        try:
            remote.fetch(file, downloader=downloader)
        except requests.HTTPError as error:
            answer = error.response
            raise FileNotFoundError(f"{file}: {answer.status_code} {answer.reason}") from None
        except (requests.RequestException, OSError, ValueError) as error:
            raise UserError(f"no download of {file} ({_brief(error)}).") from None


def _brief(error: Exception) -> str:
    """The innermost cause, which says more than the layers of a network error around it."""
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return f"{type(error).__name__}: {error}"[:160]
