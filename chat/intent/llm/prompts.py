"""Read the versioned prompts, and wrap what people said as data. Pure.

A prompt changes only by a new file and a new number here: the version stands in the row of every stage that it answered.
"""

import json
import re
from functools import cache
from pathlib import Path

from chat.intent.schema import JSON

PROMPT_VERSIONS = {"key_phrases": 1, "intention": 1, "extraction": 1, "selection": 1, "reply": 1}
_FOLDER = Path(__file__).parent / "prompts"
_ESCAPED = {sign: f"\\u{ord(sign):04x}" for sign in "<>|"}
_CONTROL_BRACKET = re.compile(r"\[(?=/?[A-Z_]{2,}\])")  # [INST], [/INST], [TOOL_CALLS]


def prompt_name(stage: str) -> str:
    """Return the prompt's name with its version, e.g. "extraction.v1"."""
    return f"{stage}.v{PROMPT_VERSIONS[stage]}"


@cache
def system_text(stage: str) -> str:
    """Return the stage's prompt: our words only, the same for every viewer."""
    return (_FOLDER / f"{prompt_name(stage)}.md").read_text("utf-8").strip()


def as_data(value: JSON) -> str:
    """Return `value` as one line of JSON in which no sign can pass for a chat template's control token.

    Quotes and line ends are JSON's own escapes; "<", ">", "|" and "[INST]"-like brackets are \\u escapes. It decodes to `value`.
    """
    text = _CONTROL_BRACKET.sub(r"\\u005b", json.dumps(value, ensure_ascii=False))
    return "".join(_ESCAPED.get(sign, sign) for sign in text)
