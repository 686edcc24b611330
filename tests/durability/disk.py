"""What a power cut leaves of an SQLite database; see ``inside/recording_disk.py``."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

_BLOCK = 4096


class Disk:
    """The durable image of the files in ``folder``, kept in another folder."""

    def __init__(self, folder: Path, image: Path) -> None:
        self._folder, self._image = folder, image
        image.mkdir()
        self._take_over()

    def lose_power(self, chance: random.Random) -> None:
        """Put the files into a state that a power cut may leave, after the processes have gone.

        What was synced is there. Of what was only written, either nothing, or any blocks at random:
        a disk writes in the order it likes.
        """
        torn = chance.random() < 0.5
        names = {path.name for at in (self._folder, self._image) for path in at.glob("*.sqlite*")}
        for name in names:
            path, durable = self._folder / name, self._image / name
            if name.endswith("-shm"):  # memory
                path.unlink(missing_ok=True)
            elif torn and path.exists():
                path.write_bytes(_torn(path.read_bytes(), _read(durable), chance))
            elif durable.exists():
                shutil.copyfile(durable, path)
            else:
                path.unlink()
        self._take_over()

    def _take_over(self) -> None:
        """What is there when a machine starts is durable."""
        for path in self._image.iterdir():
            path.unlink()
        for path in self._folder.glob("*.sqlite*"):
            shutil.copyfile(path, self._image / path.name)


def _torn(written: bytes, durable: bytes, chance: random.Random) -> bytes:
    length = chance.choice((len(written), len(durable)))
    whole = (written.ljust(length, b"\0"), durable.ljust(length, b"\0"))
    starts = range(0, length, _BLOCK)
    return b"".join(chance.choice(whole)[start : start + _BLOCK] for start in starts)[:length]


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
