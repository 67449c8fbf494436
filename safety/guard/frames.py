"""Look for hazards in a video's frame vectors, zero-shot: is a frame nearer to a hazard's words than to harmless ones? Pure.

For encoders that were trained on pictures of the world and share a space with their text tower (profile `open`). The bundled tower knows
drawn scenes only: it cannot see a hazard, so its videos are judged by their words alone. Nobody can see a defamation, a breach of
privacy, a stolen work or bad advice in a single frame: those hazards have no words here. CLIP's zero-shot classification
(https://arxiv.org/abs/2103.00020), one class a phrase.

Shape suffixes: K frames, P phrases, D the space's width.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from safety.guard.verdict import HAZARDS

Floats = npt.NDArray[np.float32]
LOGIT_SCALE = 100.0  # CLIP's own, where its training leaves it
HAZARD_PHRASES = {
    "violent_crimes": ("a bloody corpse", "a person being shot dead", "a person being beaten bloody", "an execution", "a severed limb"),
    "nonviolent_crimes": ("a syringe of heroin", "lines of cocaine on a table", "a burglar breaking a lock"),
    "sex_related_crimes": ("a woman being sexually assaulted",),
    "child_sexual_exploitation": ("a sexualised picture of a child", "a naked child"),
    "indiscriminate_weapons": ("a homemade bomb", "an explosive vest", "a chemical weapon"),
    "suicide_self_harm": ("wrists cut with a razor blade", "a person hanging from a noose"),
    "hate": ("a swastika flag", "hooded Ku Klux Klan members", "a crowd doing the Nazi salute"),
    "sexual_content": ("a pornographic picture", "naked people having sex", "a close-up of genitals", "a topless woman"),
}  # fmt: skip
HARMLESS_PHRASES = (
    "a landscape", "a city street", "food on a plate", "a person cooking", "people playing football", "a dancer on a stage", "a dog",
    "a cat", "wild animals", "a person talking to the camera", "a car on a road", "a beach", "a concert", "a drawing", "a video game",
    "a child playing", "a swimmer in swimwear", "a boxing match", "a hunter with a rifle", "a surgeon at work", "a war film",
    "a painting of a nude", "red paint", "a kitchen knife", "a chemistry lesson", "a museum exhibit about the second world war",
    "a plain background", "text on a screen",
)  # fmt: skip


def hazards_seen(vectors_KD: Floats, encode: Callable[[list[str]], Floats]) -> dict[str, float]:
    """Return each hazard's probability in the frame where it is highest, 0 for those that no frame can show.

    `vectors_KD`: K >= 1 frame vectors of length 1; `encode` gives vectors of length 1 in the same space.
    """
    phrases = [phrase for named in HAZARD_PHRASES.values() for phrase in named] + list(HARMLESS_PHRASES)
    vectors_PD = encode([f"a photo of {phrase}" for phrase in phrases])
    logits_KP = LOGIT_SCALE * vectors_KD.astype(np.float32) @ vectors_PD.T
    p_KP = np.exp(logits_KP - logits_KP.max(axis=1, keepdims=True))
    p_KP /= p_KP.sum(axis=1, keepdims=True)
    found, start = dict.fromkeys(HAZARDS, 0.0), 0
    for hazard, named in HAZARD_PHRASES.items():
        found[hazard] = float(p_KP[:, start : start + len(named)].sum(axis=1).max())
        start += len(named)
    return found
