"""Digests of source code: what a comment or a line break changes is no other code."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from .kept import fetch, keep

__all__ = ["digest_of"]


def digest_of(folder: Path, files: Iterable[Path], versions: str) -> str:
    """Return the digest of the code of some files, as the given versions run it.

    It is taken of syntax trees without docstrings: a comment, a docstring or a line break is
    no other code. Reading them takes a while, so it is remembered under the files' contents.

    Parameters
    ----------
    folder : Path
        What the files' names are relative to.
    files : iterable of Path
        In any order.
    versions : str
        Of Python and of the libraries that the code's results hang on.
    """
    sources = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(files)}
    file = f"{_digest(sources, versions)}.digest"
    known = fetch(file)
    if known is not None:
        return known.decode("ascii")
    found = _digest({name: _code(source) for name, source in sources.items()}, versions)[:16]
    keep(file, found.encode("ascii"))
    return found


def _digest(texts: Mapping[str, bytes], versions: str) -> str:
    digest = hashlib.sha256(versions.encode())
    for name, text in texts.items():
        digest.update(b"".join((name.encode(), b"\0", text, b"\0")))
    return digest.hexdigest()


def _code(source: bytes) -> bytes:
    """Return the syntax tree of a source file as text, without docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            del node.body[0]
    return ast.dump(tree).encode()
