"""Read the form of a new campaign."""

from typing import Any

from django import forms

from labelling.models import PairPolicy, QueryOrigin
from labelling.services.campaigns import MAX_GOAL, MAX_GOLD_SHARE, MAX_OVERLAP, Plan


class CampaignForm(forms.Form):
    """A name, queries (typed or pasted, one a line; mined ones ticked), how pairs are chosen, how many people and answers."""

    name = forms.CharField(max_length=80)
    queries = forms.CharField(required=False, widget=forms.Textarea, max_length=100_000)
    policy = forms.ChoiceField(choices=PairPolicy.choices)
    overlap = forms.IntegerField(min_value=1, max_value=MAX_OVERLAP)
    gold_percent = forms.IntegerField(min_value=0, max_value=round(100 * MAX_GOLD_SHARE))
    goal = forms.IntegerField(min_value=1, max_value=MAX_GOAL)

    def plan(self, *, searched: list[str], steered: list[str]) -> Plan:
        """Return the plan of a valid form with the mined queries that were ticked."""
        told: dict[str, Any] = self.cleaned_data
        typed = [(line, QueryOrigin.TYPED) for line in told["queries"].splitlines()]
        mined = [(query, QueryOrigin.SEARCH) for query in searched] + [(query, QueryOrigin.STEER) for query in steered]
        return Plan(
            name=told["name"],
            queries=typed + mined,
            policy=PairPolicy(told["policy"]),
            overlap=told["overlap"],
            gold_share=told["gold_percent"] / 100,
            goal=told["goal"],
        )
