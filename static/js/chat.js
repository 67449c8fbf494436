// The conversation: one bubble a message whatever order the answers arrive in, the viewer's own shown before the server has it.
import { postJson } from "./api.js";
import { randomUuid } from "./uuid.js";

const MAX_CHARS = 2000;
const SLOW_MS = 12_000;
const STAGE_WORDS = {
  guard: "Checking",
  key_phrases: "Reading",
  intention: "Reading",
  extraction: "Reading",
  selection: "Deciding",
  organise: "Finding clips",
  reply: "Writing back",
};

const log = document.getElementById("log");
const scroller = document.getElementById("chat-scroll");
const starter = document.getElementById("starter");
const typing = document.getElementById("typing");

export class Chat {
  constructor({ composer, onUnread = () => {} }) {
    this.composer = composer;
    this.onUnread = onUnread;
    this.byUuid = new Map(); // the viewer's own messages: client UUID -> bubble
    this.byId = new Map(); // every message the server knows: id -> bubble
    this.open = new Set(); // message ids that wait for a reply
    this.closed = new Set(); // message ids that had one
    document.getElementById("ideas").addEventListener("click", (event) => {
      const idea = event.target.closest(".idea");
      if (idea) this.send(idea.textContent.trim());
    });
  }

  /** Apply one event of the log; the first load goes through here too. */
  apply(event) {
    const id = event.message_id;
    if (event.kind === "message") this.hear(event);
    else if (event.kind === "typing") this.wait(id);
    else if (event.kind === "stage") this.stage(event);
    else if (event.kind === "reply") this.answer(event);
    else if (event.kind === "held") this.hold(event);
    else if (event.kind === "error") this.fault(event);
    this.drawTyping();
  }

  /** Take the whole conversation of /api/chat/state. */
  restore(messages) {
    this.restoring = true;
    for (const message of messages) {
      if (message.author === "tiller") this.answer({ id: message.id, text: message.text, message_id: message.reply_to });
      else this.hear({ ...message, message_id: message.id });
    }
    this.restoring = false;
    starter.hidden = log.children.length > 0;
    this.drawTyping();
    scroller.scrollTop = scroller.scrollHeight;
  }

  hear({ message_id: id, client_uuid: uuid, text, state }) {
    const bubble = this.byId.get(id) || this.byUuid.get(uuid) || this.unclaimed(text) || this.bubble("viewer", text);
    this.claim(bubble, id);
    if (bubble.dataset.state !== "held") setState(bubble, state === "failed" ? state : "sent");
    if (state === "held") markHeld(bubble);
    if (state === "failed") note(bubble, "This one could not be read.");
    if (!state || state === "pending") this.wait(id);
  }

  /** A bubble sent from this page whose id is not known yet: an event may overtake the answer to the POST. */
  unclaimed(text) {
    return [...this.byUuid.values()].find((bubble) => !bubble.dataset.messageId && bubble.dataset.text === text);
  }

  claim(bubble, id) {
    if (id === undefined) return;
    bubble.dataset.messageId = id;
    this.byId.set(id, bubble);
  }

  answer({ id, text, message_id: to }) {
    this.settle(to);
    if (id !== undefined && this.byId.has(id)) return;
    const bubble = this.bubble("tiller", text);
    this.claim(bubble, id);
    if (!this.restoring) this.onUnread();
  }

  hold({ message_id: to, id, text }) {
    const own = this.byId.get(to);
    if (own) markHeld(own);
    this.answer({ id, text, message_id: to });
  }

  fault({ message_id: id, text }) {
    this.settle(id);
    const own = this.byId.get(id);
    if (!own) return;
    setState(own, "failed");
    note(own, text || "This one could not be read.", () => this.resend(own, randomUuid()));
  }

  wait(id) {
    if (id === undefined || this.closed.has(id) || this.open.has(id)) return;
    this.open.add(id);
    clearTimeout(this.slow);
    this.slow = setTimeout(() => this.open.size && this.say("Still working on it"), SLOW_MS);
  }

  settle(id) {
    if (id === undefined || id === null) {
      this.open.clear(); // a reply without an address answers whatever was waiting
      return;
    }
    this.open.delete(id);
    this.closed.add(id);
  }

  stage({ message_id: id, stage, state }) {
    if (this.open.has(id) && state !== "waiting") this.say(STAGE_WORDS[stage] || "Thinking");
  }

  say(words) {
    const text = typing.querySelector(".typing__text");
    if (text.textContent !== words) text.textContent = words;
  }

  drawTyping() {
    const waits = this.open.size > 0;
    if (waits === !typing.hidden) return;
    if (waits) this.say("Reading");
    typing.hidden = !waits;
    this.follow();
  }

  bubble(author, text) {
    const bubble = document.createElement("div");
    bubble.className = `bubble bubble--${author}`;
    bubble.dataset.text = text;
    const who = Object.assign(document.createElement("span"), { className: "visually-hidden" });
    who.textContent = author === "viewer" ? "You: " : "Tiller: ";
    const words = Object.assign(document.createElement("p"), { className: "bubble__text", textContent: text });
    bubble.append(who, words);
    log.append(bubble);
    starter.hidden = true;
    this.follow();
    return bubble;
  }

  follow() {
    requestAnimationFrame(() => scroller.scrollTo({ top: scroller.scrollHeight }));
  }

  /** Show `text` at once and send it; a refusal gives it back to the composer, a lost connection offers a retry. */
  send(text) {
    const clean = text.trim();
    if (!clean) return this.composer.refuse("", "Write a few words first.");
    if (clean.length > MAX_CHARS) {
      return this.composer.refuse(clean, `A message can have ${MAX_CHARS.toLocaleString("en")} characters; this one has ${clean.length.toLocaleString("en")}.`);
    }
    this.composer.clear();
    const bubble = this.bubble("viewer", clean);
    return this.resend(bubble, randomUuid());
  }

  async resend(bubble, uuid) {
    const { text } = bubble.dataset;
    this.byUuid.set(uuid, bubble);
    setState(bubble, "pending");
    note(bubble, "");
    try {
      // keepalive: a page that is reloaded or left right after Enter must not take the message with it
      const answer = await postJson("/api/chat/messages", { client_uuid: uuid, text }, { keepalive: true });
      this.claim(bubble, answer.message_id);
      setState(bubble, "sent");
      this.wait(answer.message_id);
      this.drawTyping();
    } catch (error) {
      this.sendFailed(bubble, uuid, error);
    }
  }

  sendFailed(bubble, uuid, error) {
    if (error.status >= 400 && error.status < 500 && error.status !== 429 && error.status !== 401) {
      this.byUuid.delete(uuid);
      bubble.remove();
      starter.hidden = log.children.length > 0;
      this.composer.refuse(bubble.dataset.text, error.detail);
      return;
    }
    setState(bubble, "failed");
    note(bubble, error.detail || "Not sent.", () => this.resend(bubble, uuid));
  }
}

function setState(bubble, state) {
  bubble.dataset.state = state;
}

function markHeld(bubble) {
  setState(bubble, "held");
  note(bubble, "Not used for your feed.");
}

/** Put a line under a bubble, with a Retry button when `retry` is given; "" takes the line away. */
function note(bubble, words, retry = null) {
  bubble.querySelector(".bubble__note")?.remove();
  if (!words) return;
  const line = Object.assign(document.createElement("p"), { className: "bubble__note", textContent: words });
  if (retry) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Retry" });
    button.addEventListener("click", retry);
    line.append(" ", button);
  }
  bubble.append(line);
}
