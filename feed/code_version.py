"""Name the code that trained a model, so that a version says what it came of."""

import hashlib
from pathlib import Path
from types import ModuleType

CODE_DIGITS = 12


def code_version(package: ModuleType) -> str:
    """Return the first 12 hex digits of the sha256 of the package's own source files."""
    assert package.__file__ is not None, "a package with a file"
    digest = hashlib.sha256()
    for file in sorted(Path(package.__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:CODE_DIGITS]
