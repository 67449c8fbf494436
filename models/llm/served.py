"""Ask an OpenAI-compatible server (vLLM at scale, llama.cpp, a provider). Pure."""

import json
import time
from collections.abc import Iterator
from typing import Any

import openai

from models.llm import LLMFailed

MAX_BODY_BYTES = 256 * 1024
_UNFINISHED = ("length", "content_filter")


class ServedLLM:
    """One model of one server. Makes one request an answer: no retries, and no redirect is followed (the words would go elsewhere)."""

    def __init__(self, *, url: str, name: str, api_key: str = "") -> None:
        self.name = name
        self._client = openai.OpenAI(
            base_url=url,
            api_key=api_key or "none",
            max_retries=0,
            http_client=openai.DefaultHttpxClient(follow_redirects=False),
            default_headers={"Accept-Encoding": "identity"},  # a small body that unpacks to a huge one is no answer
        )

    def ask(self, messages: list[dict[str, str]], *, max_tokens: int, timeout_s: float, **options: Any) -> str:
        """Return the text of the first choice, decoded greedily; raise LLMFailed within about `timeout_s`."""
        deadline_s = time.monotonic() + timeout_s
        try:
            with self._client.chat.completions.with_streaming_response.create(
                model=self.name,
                messages=messages,  # type: ignore[arg-type]
                temperature=0.0,
                max_tokens=max_tokens,
                timeout=timeout_s,
                **options,
            ) as response:
                body = _read(response.iter_bytes(), deadline_s)
        except LLMFailed:
            raise
        except openai.APITimeoutError as error:
            raise LLMFailed("timeout", f"{timeout_s} s") from error
        except openai.APIStatusError as error:
            raise LLMFailed("status", str(error.status_code)) from error
        except openai.APIConnectionError as error:
            raise LLMFailed("unreachable", type(error.__cause__).__name__) from error
        except Exception as error:  # while the body is read, the client's transport raises classes of its own
            reason = "timeout" if "Timeout" in type(error).__name__ else "cut"
            raise LLMFailed(reason, type(error).__name__) from error
        return _content(body)


def _read(chunks: Iterator[bytes], deadline_s: float) -> bytes:
    """Return the body; the client's own timeout is a read's, so a server that drips is stopped here."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise LLMFailed("garbage", "an endless body")
        if time.monotonic() > deadline_s:
            raise LLMFailed("timeout", "a dripping body")
    return bytes(body)


def _content(body: bytes) -> str:
    try:
        choice: Any = json.loads(body)["choices"][0]
        content, ending = choice["message"]["content"], choice.get("finish_reason")
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError) as error:
        raise LLMFailed("garbage", "not a chat completion") from error
    if ending in _UNFINISHED:
        raise LLMFailed("cut", str(ending))
    if not isinstance(content, str):
        raise LLMFailed("garbage", "no text")
    return content
