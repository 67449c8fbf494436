"""Use a Llama Guard in the bundled guard's place: on this machine (`opened`), on a server (`served`), or tuned (`tune`). Pure.

Its template holds the text that is judged between two plain marks; a text that carries such a mark, or a control token, is refused
(LLMFailed "reserved"), and so is every answer that is not exactly one of Llama Guard's: whoever asks holds the text then.
"""
