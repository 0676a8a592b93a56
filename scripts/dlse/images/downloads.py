"""Download files, completely or not at all."""

from pathlib import Path

from dlse.workflow.errors import UserError

TIMEOUT = (10, 60)  # seconds: until connected, and between two bytes


def download(address: str, files: list[str], folder: Path) -> None:
    """Download those of the `files` at `address` that are not yet in `folder`, with a progress bar
    and one retry. The caller must verify their content.

    Raises a `FileNotFoundError` with the server's answer if it does not deliver a file, and a
    `UserError` if there is no connection or the transfer breaks off.
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
    """The innermost cause, which says more than the network errors that wrap it."""
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return f"{type(error).__name__}: {error}"[:160]
