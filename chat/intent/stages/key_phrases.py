"""Stage: the spans of a message that carry content, whichever way they point. Pure."""

from pathlib import Path

from chat.intent.phrases import phrase_key
from chat.intent.schema import JSON, MAX_KEY_PHRASES, MAX_PHRASE_CHARS
from chat.intent.shape import clean_text, refused_shape
from chat.intent.stages.labels import PHRASE_TAGS
from chat.intent.stages.model import StageModel
from chat.intent.stages.spans import decode


class KeyPhrasesStage:
    """Answer {"key_phrases": [phrase, ...]}, in the order of the text, each once."""

    name = "key_phrases"

    def __init__(self, path: Path) -> None:
        self._model = StageModel(self.name, path)
        self.model_version = self._model.version

    def answer(self, message: str, history: list[str]) -> JSON:
        """Return the key phrases of `message`; earlier turns give context only."""
        text = clean_text(message)
        if refused_shape(message) is not None:
            return {"key_phrases": []}
        [output] = self._model.read([(text, [clean_text(turn) for turn in history])])
        spans = decode(output.token["phrase"], PHRASE_TAGS, output.encoded, [text])
        phrases = {phrase_key(span.text): span.text[:MAX_PHRASE_CHARS] for span in spans}
        return {"key_phrases": list(phrases.values())[:MAX_KEY_PHRASES]}
