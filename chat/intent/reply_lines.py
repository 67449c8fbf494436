"""The sentences that composed replies are made of, a list a situation. Slots: {more}, {less}, {title}, {count}, {filters}, ... Pure."""

ADDED = (
    "On it: more {more} from here.",
    "{More} it is.",
    "Turning the feed towards {more}.",
    "Nice, I'm bringing in {more}.",
    "Good choice. More {more} coming up.",
    "Done, {more} is on the way.",
)
AVOIDED = (
    "Okay, easing off {less}.",
    "Got it, less {less} from now on.",
    "Fair enough, {less} steps back.",
    "Noted: you'll see less {less}.",
    "Sure, turning {less} down.",
)
AVOIDED_HARD = (
    "Done, no more {less}.",
    "{Less}: gone from your feed.",
    "Understood, {less} is out.",
    "Consider {less} switched off.",
    "No more {less}, promise.",
)
ADDED_AND_AVOIDED = (
    "More {more}, less {less}: done.",
    "Swapping things round: {more} in, {less} out.",
    "Okay, {more} up and {less} down.",
    "Trading {less} for {more}.",
)
STRENGTHENED = (
    "You really mean it: even more {more}.",
    "Turning {more} up another notch.",
    "More weight on {more}, then.",
    "Okay, {more} moves further up.",
)
PLAN = (
    "Sounds like a good plan. I'm lining up {more} until then.",
    "How exciting! {More} is in your feed until it's over.",
    "Lovely. I'll keep {more} coming until then.",
    "Good to know, I've made room for {more}.",
)
LEARN = (
    "Good question. Here's what we have on {more}.",
    "Let's look into {more} together.",
    "Happy to: clips on {more} are coming up.",
    "Curious minds first: {more} is next.",
)
SEARCH = (
    "Looking for {more}: the closest ones come first.",
    "Here's what I found for {more}.",
    "Let me put {more} right up front.",
    "Searching for {more}. Have a look at the next few.",
)
MOOD = (
    "I hear you. Something {more} is coming up.",
    "Let's make it {more} for a while.",
    "Okay, {more} it is. Take your time.",
    "Changing the air a little: {more} for now.",
)
SURPRISE = (
    "Let's wander. Expect a few things you didn't ask for.",
    "Mixing it up: fresh corners of the catalogue ahead.",
    "Okay, opening the window a bit wider.",
    "Surprises coming. Tell me which ones you like.",
)
REFINE = ("Done: {filters}.", "Sure, {filters} from here.", "Adjusted: {filters}.", "Okay, {filters} it is.")
RESET = (
    "Clean slate. What would you like to see?",
    "All cleared. We start from nothing.",
    "Everything you told me is wiped. Where to next?",
    "Fresh start, no steering at all.",
)
UNDO = ("Taken back.", "Undone: your feed is as it was before.", "Okay, back one step.", "I've put it back as it was.")
UNDO_NOTHING = ("There's nothing to take back yet.", "Nothing to undo so far.", "We're already at the start.")
FORGOT = (
    "Forgotten: {removed}.",
    "Okay, I've let go of {removed}.",
    "{Removed} is off the list.",
    "Dropped {removed}.",
)
FORGOT_NOTHING = (
    "I wasn't steering by that. Which one shall I drop?",
    "I can't find that among what you told me. Which wish do you mean?",
    "That isn't on my list, so nothing changed. Which one did you mean?",
)
EXPLAIN_STEER = (
    'You\'re seeing "{title}" because you told me: "{said}".',
    '"{title}" is here for your wish: {phrase}.',
    'Your wish for {phrase} brought "{title}".',
)
EXPLAIN_OTHER = {
    "similar": ('"{title}" is close to clips you spent time with.', 'You liked things like "{title}" before.'),
    "search": ('"{title}" is like what you searched for.', 'You searched for things like "{title}".'),
    "fresh": ('"{title}" is new here, so it gets a turn.', '"{title}" was just added.'),
    "popular": ('"{title}" is doing well with everybody right now.', 'Many people are enjoying "{title}".'),
    "explore": (
        '"{title}" is a little experiment, to see what else you enjoy.',
        'I slipped in "{title}" to try something new.',
    ),
}
EXPLAIN_NOTHING = (
    "Your wishes come first, then clips like those you enjoyed, then a few new ones. Tap Why this? on any card.",
    "Each card has a Why this? button that tells its reason. Mostly it's what you told me.",
    "It's a mix of your wishes, what you watched and some new clips. Every card can tell its own reason.",
)
FOUND = (
    "{count} clips match, starting with “{title}”.",
    "First up: “{title}”.",
    "I found {count}; “{title}” leads.",
    "“{title}” is next, with {more_count} more behind it.",
)
FOUND_ONE = ("There's one that fits: “{title}”.", "One match so far: “{title}”.", "Just the one for now: “{title}”.")
NO_GOOD_MATCH = (
    "I don't have much like that yet. Is there something close that you'd enjoy?",
    "Nothing here fits that well so far. Could you say it another way?",
    "I came up short on that one. What would be near enough?",
    "That's thin in the catalogue right now. Shall I try something related? Tell me what.",
)
ASK_BACK = (
    "I'd like to help, but I'm not sure what to look for. Can you name it?",
    "Tell me a bit more: what should there be more or less of?",
    "I didn't quite catch what to change. What would you like to see?",
    "Which one do you mean? Name a thing and I'll steer by it.",
)
UNCHANGED = (
    "That's already how your feed is set.",
    "Already done, nothing to change.",
    "You're all set: that is in place already.",
)
CHAT = (
    "I'm listening. Whenever you like, tell me what to show more or less of.",
    "Good to hear from you. Your feed stays as it is until you say so.",
    "Got it. I've left your feed alone.",
    "Ha, fair. Anything you'd like to see?",
    "Okay! Your feed stays put. Just say when you want a change.",
)
THANKS = ("Any time.", "You're welcome.", "Glad it fits.", "My pleasure. Enjoy.", "Happy to help.")
GREETING = (
    "Hi! What are you in the mood for?",
    "Hello there. What would you like to see?",
    "Hey, good to see you. Where shall we go?",
    "Hi. Tell me what you feel like watching.",
)
WHO = (
    "I'm Tiller. Tell me what you want more or less of and your feed turns.",
    "I steer your feed by what you tell me. Try: more mountains, less football.",
    "Think of me as the hand on the wheel: say what you like and the feed follows.",
)
OTHER_LANGUAGE = (
    "I only follow English so far, sorry. Could you say it in English?",
    "Thanks for writing! I understand English only for now, so your feed is unchanged.",
    "I'd love to follow, but English is all I know so far. Nothing has changed.",
)
NOISE = (
    "I couldn't make out words in that. What would you like to see?",
    "That one went past me. Try a few plain words.",
    "Hm, I can't read that. Tell me in a word or two what you feel like.",
)
PAYLOAD = (
    "That looks like code or data, so I left your feed alone. Plain words work best.",
    "I only follow plain words, so nothing changed. What would you like to see?",
    "I'll skip that one: tell me in your own words what to show.",
)
BLOCKED = (
    "I can't help with that one. Shall we look for something else?",
    "That's not something I can steer by. Tell me another thing you'd enjoy.",
    "I'll leave that alone. What else can I show you?",
)
SUPPORT = (
    "I'm sorry it's that heavy. Please talk to someone near you or a local crisis line; you don't have to carry it alone.",
    "That sounds really hard, and you matter. Please reach out to a person you trust or your local emergency number.",
)
