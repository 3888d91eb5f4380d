"""Files of secrets: read only when nobody but their owner may touch them."""

import os
import stat
from pathlib import Path

FILE_SIZE_MAX_BYTES = 64 * 1024
_APPLICATION_FOLDER = Path(__file__).resolve().parents[2]


class PrivateFileRefused(Exception):
    """The file cannot be used as it is; the text says what is wrong and what to do. It never holds a secret."""


def read(path: Path, noun: str) -> bytes:
    """The content, provided that it is an ordinary file which nobody but its owner may touch.

    ``noun`` names it in a refusal. Raises FileNotFoundError when there is none.
    """
    try:
        # Without O_NONBLOCK a pipe in the place of the file would make the start wait for ever.
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise
    except OSError as problem:
        raise PrivateFileRefused(f"The {noun} at {path} cannot be opened: {problem.strerror}.") from None
    try:
        _check(os.fstat(handle), path, noun)
        return os.read(handle, FILE_SIZE_MAX_BYTES)
    finally:
        os.close(handle)


def refuse_inside_repository(path: Path, noun: str) -> None:
    """Secrets beside the code are one careless commit, image or archive away from the public."""
    place = path.resolve()
    for folder in place.parents:
        if folder == _APPLICATION_FOLDER or (folder / ".git").exists():
            raise PrivateFileRefused(
                f"The {noun} {place} lies inside the repository {folder}. Keep it outside, e.g. in /etc."
            )


def _check(status: os.stat_result, path: Path, noun: str) -> None:
    mode = stat.S_IMODE(status.st_mode)
    if not stat.S_ISREG(status.st_mode):
        raise PrivateFileRefused(f"The {noun} at {path} is not an ordinary file.")
    if mode & 0o077:
        raise PrivateFileRefused(f"Others may touch the {noun} (mode {mode:04o}). Run: chmod 0400 {path}")
    if status.st_size > FILE_SIZE_MAX_BYTES:
        raise PrivateFileRefused(f"The file at {path} is too large to be a {noun}.")
