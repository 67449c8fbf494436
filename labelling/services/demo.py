"""Open the demo's campaign; its gold is known from the scenes: a clip drawn with what the query names, against one drawn without."""

from labelling.models import Campaign, CampaignQuery, PairPolicy, QueryOrigin
from labelling.services.campaigns import Plan, campaign_create
from labelling.services.gold import gold_set
from vision.models import Answer, Video, VideoSource

NAME = "Which clip fits better?"
OVERLAP, GOAL, GOLD_SHARE = 2, 120, 0.1
SCENES = {  # query -> (scene family that shows it, one that shows nothing of it)
    "a bowl of ramen": ("ramen_bowl", "sprint_track"),
    "a cat at the window": ("window_cat", "rocket_launch"),
    "surfing a big wave": ("surfing", "knitting"),
    "the tower above Seoul": ("seoul_tower", "penguin_parade"),
    "somebody plays the guitar": ("guitar_strings", "koi_pond"),
    "street football": ("street_football", "matcha_whisk"),
    "rain on a window": ("rain_window", "desert_dunes"),
    "a train in the mountains": ("alpine_train", "pizza_slice"),
}


def demo_campaign_create(*, admin_id: int) -> int:
    """Open the campaign if there is none yet, and make gold of the demo's clips; return how many pairs are gold. Twice is once.

    The other pairs are chosen by a worker among the clips that are ready, as in any campaign.
    """
    if Campaign.objects.exists():
        return 0
    queries = [(query, QueryOrigin.TYPED) for query in SCENES]
    plan = Plan(NAME, queries, PairPolicy.RANDOM, overlap=OVERLAP, gold_share=GOLD_SHARE, goal=GOAL)
    campaign = campaign_create(admin_id=admin_id, plan=plan)
    num_gold = 0
    for query in CampaignQuery.objects.filter(campaign=campaign):
        shows, shows_not = (_clips(family) for family in SCENES[query.text])
        for better, worse in zip(shows, shows_not, strict=False):
            gold_set(admin_id=admin_id, query_id=query.pk, first_id=better, second_id=worse, answer=Answer.BETTER.value)
            num_gold += 1
    return num_gold


def _clips(family: str) -> list[int]:
    clips = Video.objects.filter(source=VideoSource.DEMO, scene__family=family)
    return list(clips.order_by("pk").values_list("pk", flat=True))
