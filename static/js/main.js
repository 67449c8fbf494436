// The feed page: starts the parts and tells each what concerns it.
import { Actions } from "./actions.js";
import { getJson } from "./api.js";
import { watchCatalogue } from "./catalogue.js";
import { Chat } from "./chat.js";
import { Composer } from "./composer.js";
import { startDiversity } from "./diversity.js";
import { EventStream } from "./events.js";
import { Feed } from "./feed.js";
import { bindKeys, closable } from "./keyboard.js";
import { Player } from "./player.js";
import { Sheet } from "./sheet.js";
import { Steering } from "./steering.js";
import { toast } from "./toast.js";
import { Turn } from "./turn.js";

const LEARN_MS = 1200; // the server folds a like into the viewer's vector before we ask again
const LINK_WORDS = { live: "", polling: "", offline: "No connection. Trying again…" };
const STATE_RETRY_MS = 3000;

const $ = (id) => document.getElementById(id);

function waitingText(error) {
  if (error?.status) return error.detail;
  if (error) return "No connection to Tiller. Trying again…";
  return "The first clips are being prepared. They appear here by themselves.";
}

const player = new Player({ soundButton: $("sound") });
const feed = new Feed({
  root: $("feed"),
  player,
  onFirst: () => ($("waiting").hidden = true),
  onRelaxed: (text) => toast(text),
  onEmpty: (error) => ($("waiting").querySelector(".waiting__text").textContent = waitingText(error)),
});
const turn = new Turn({ feed });

const sheet = new Sheet({
  panel: $("chat"),
  opener: $("chat-open"),
  closer: $("chat-close"),
  grip: $("chat-grip"),
  onOpen: ({ toWrite }) => {
    chat.follow();
    if (toWrite) composer.focus();
  },
});
const composer = new Composer({ form: $("composer"), onSend: (text) => chat.send(text) });
const chat = new Chat({ composer, onUnread: () => sheet.markUnread() });

let shown = null; // the intent document in the list "Steering"
let steered = null; // the one that the cards ahead were asked for by

/** Show an intent document, from the first load, an event or the answer to an edit; an older one is passed over. */
function showIntent({ document: fresh, version = fresh?.version, new_steer_ids: news = [] }) {
  if (!fresh || (shown && version < shown.version)) return;
  shown = { ...fresh, version };
  steering.render(shown, { fresh: news });
}

/** Turn the feed: an `intent` event is told once the feed has read that version. */
function steer({ document: fresh, version }) {
  if (steered && version <= steered.version && !feed.isBehind(version)) return;
  const before = steered;
  steered = { ...fresh, version };
  turn.start({ version, before, after: steered });
}

const steering = new Steering({
  onEdited: (edited) => {
    turn.announce(steered, edited.document);
    showIntent(edited);
  },
});

let learning = null;
const actions = new Actions({
  feed,
  player,
  steering,
  onTaste: () => {
    clearTimeout(learning);
    learning = setTimeout(() => turn.follow({ spare: 2 }), LEARN_MS);
  },
});

function onEvent(event) {
  if (event.kind !== "intent") return chat.apply(event);
  showIntent(event);
  steering.readLedger();
  return steer(event);
}

async function startChat() {
  try {
    const state = await getJson("/api/chat/state");
    chat.restore(state.messages);
    showIntent({ document: state.intent });
    steering.readLedger();
    steered = shown;
    firstCards.then(() => feed.isBehind(shown.version) && steer({ document: shown, version: shown.version }));
    const onLink = (link) => ($("link-status").textContent = LINK_WORDS[link]);
    new EventStream({ after: state.last_seq, onEvent, onLink });
  } catch (error) {
    $("link-status").textContent = error.detail || LINK_WORDS.offline;
    setTimeout(startChat, STATE_RETRY_MS);
  }
}

const help = closable($("help-dialog"));
closable($("report-dialog"));
$("previous").addEventListener("click", () => feed.move(-1));
$("next").addEventListener("click", () => feed.move(1));
const forward = () => feed.move(1, { focus: true });
const back = () => feed.move(-1, { focus: true });
bindKeys({
  ArrowDown: forward,
  PageDown: forward,
  j: forward,
  ArrowUp: back,
  PageUp: back,
  k: back,
  " ": () => player.toggle(),
  l: () => actions.run("like"),
  n: () => actions.run("not_interested"),
  w: () => actions.run("why"),
  m: () => player.toggleSound(),
  "/": () => (sheet.isSheet && !sheet.isOpen ? sheet.open({ toWrite: true }) : composer.focus()),
  "?": () => help.showModal(),
});

const firstCards = feed.ensureAhead();
startChat();
startDiversity({ onChanged: () => turn.follow({ spare: 1 }) });
watchCatalogue({ onMore: () => feed.entries.length === 0 && feed.ensureAhead() });
