"""A disk that remembers what would survive a power cut.

SQLite asks for durability in one place, the method ``xSync`` of an open file. Here that method also
copies the file into a second folder, in one step, before SQLite goes on: the folder then holds at
every moment what had reached the disk, and not what was only written. A removal is carried over
when SQLite syncs the folder: where it asks for that, and inside the first sync of a journal that it
has opened (``UNIXFILE_DIRSYNC`` in its os_unix.c).

The layout of the two structures is part of SQLite's interface (https://sqlite.org/c3ref/vfs.html
and https://sqlite.org/c3ref/io_methods.html). It needs no compiler: the functions are found in the
library that Python's own ``sqlite3`` is linked with.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import itertools
import os
import shutil
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_void_p
from pathlib import Path

_CREATE, _JOURNALS = 0x4, 0x800 | 0x4000 | 0x80000  # flags of xOpen
_copies = itertools.count()
_Sync = CFUNCTYPE(c_int, c_void_p, c_int)


class _Methods(Structure):
    """The head of ``sqlite3_io_methods``: a version and its first 18 function pointers."""

    _fields_ = [("iVersion", c_int)] + [
        (name, c_void_p)
        for name in (
            "xClose", "xRead", "xWrite", "xTruncate", "xSync", "xFileSize", "xLock", "xUnlock",
            "xCheckReservedLock", "xFileControl", "xSectorSize", "xDeviceCharacteristics",
            "xShmMap", "xShmLock", "xShmBarrier", "xShmUnmap", "xFetch", "xUnfetch",
        )
    ]  # fmt: skip


class _File(Structure):
    _fields_ = [("methods", POINTER(_Methods))]


_Open = CFUNCTYPE(c_int, c_void_p, c_void_p, POINTER(_File), c_int, POINTER(c_int))
_Delete = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)


class _Vfs(Structure):
    """The head of ``sqlite3_vfs``."""

    _fields_ = [
        ("iVersion", c_int),
        ("szOsFile", c_int),
        ("mxPathname", c_int),
        ("pNext", c_void_p),
        ("zName", c_char_p),
        ("pAppData", c_void_p),
        ("xOpen", c_void_p),
        ("xDelete", c_void_p),
    ]


class _Recorder:
    """Stands between SQLite and its file system; kept alive as long as the process."""

    def __init__(self, watched: Path, durable: Path) -> None:
        self._watched, self._durable = watched, durable
        self._names: dict[int, Path] = {}
        self._new_journals: set[int] = set()
        self._wrapped: dict[int, _Methods] = {}
        library = ctypes.CDLL(getattr(_sqlite3, "__file__", None))
        library.sqlite3_vfs_find.restype = POINTER(_Vfs)
        vfs = library.sqlite3_vfs_find(None).contents
        self._true_open, self._true_delete = _Open(vfs.xOpen), _Delete(vfs.xDelete)
        self._callbacks = (_Open(self._open), _Delete(self._delete))
        vfs.xOpen, vfs.xDelete = (ctypes.cast(one, c_void_p).value for one in self._callbacks)

    def _open(self, vfs: int, name: int | None, file: object, flags: int, out: object) -> int:
        result = self._true_open(vfs, name, file, flags, out)
        if result == 0 and name is not None:
            path = Path(os.fsdecode(ctypes.string_at(name)))
            if path.parent == self._watched:
                opened = ctypes.cast(file, POINTER(_File)).contents  # type: ignore[arg-type]
                which = ctypes.addressof(opened)
                self._names[which] = path
                if flags & _CREATE and flags & _JOURNALS:
                    self._new_journals.add(which)
                opened.methods = ctypes.pointer(self._methods(opened))
        return result

    def _methods(self, file: _File) -> _Methods:
        """The methods of a file with our ``xSync`` among them; one copy for each original."""
        original = ctypes.addressof(file.methods.contents)
        if original not in self._wrapped:
            copy = _Methods.from_buffer_copy(file.methods.contents)
            true_sync = _Sync(copy.xSync)

            def sync(which: int, flags: int) -> int:
                result = true_sync(which, flags)
                if result == 0:
                    self._keep(self._names[which])
                    if which in self._new_journals:
                        self._new_journals.discard(which)
                        self._sync_folder()
                return result

            callback = _Sync(sync)
            self._callbacks += (callback,)  # type: ignore[assignment]
            copy.xSync = ctypes.cast(callback, c_void_p).value
            self._wrapped[original] = copy
        return self._wrapped[original]

    def _delete(self, vfs: int, name: bytes, sync_folder: int) -> int:
        result = self._true_delete(vfs, name, sync_folder)
        if result == 0 and sync_folder and Path(os.fsdecode(name)).parent == self._watched:
            self._sync_folder()
        return result

    def _keep(self, path: Path) -> None:
        partial = self._durable / f".{os.getpid()}-{next(_copies)}"
        shutil.copyfile(path, partial)
        partial.replace(self._durable / path.name)

    def _sync_folder(self) -> None:
        for kept in self._durable.glob("[!.]*"):
            if not (self._watched / kept.name).exists():
                kept.unlink(missing_ok=True)


_recorders: list[_Recorder] = []


def record(watched: str, durable: str) -> None:
    """Begin to keep, in the folder ``durable``, what is durable of the files in ``watched``."""
    _recorders.append(_Recorder(Path(watched).resolve(), Path(durable)))
