"""Fixtures of the understanding's tests: the tiny language model, and llama.cpp's server serving it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chat.intent.llm.schemas import MAX_TOKENS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def tiny_llm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a random language model."""
    from tests.intent.tiny_llm import make_folder

    return make_folder(tmp_path_factory.mktemp("llm") / "tiny-llama")


@pytest.fixture()
def room_for_nonsense(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a random model fill every list and text to its bound, a byte a token; a real one needs a tenth."""
    for stage in MAX_TOKENS:
        monkeypatch.setitem(MAX_TOKENS, stage, 5000)


@pytest.fixture(scope="session")
def llama_url(tiny_llm: Path) -> Iterator[str]:
    """The address of a llama.cpp server that serves `tiny_llm`."""
    from tests.intent.tiny_llm import write_gguf

    path = write_gguf(tiny_llm, tiny_llm.parent / "tiny.gguf")
    command = [sys.executable, "-m", "tests.intent.llama_server", str(path)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    address = server.stdout.readline().strip()
    yield f"{address}/v1"
    server.kill()
    server.wait()
