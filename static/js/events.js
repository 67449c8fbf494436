// The viewer's events in order, each once: a WebSocket that picks up where it stopped, and polling while it cannot open.
import { getJson } from "./api.js";

const BACKOFF_MS = [300, 800, 2000, 5000, 10000];
const LOGIN_REQUIRED_CODE = 4401;
const POLL_MS = 1500;
const FAILURES_BEFORE_POLLING = 2;

export class EventStream {
  /** `onEvent(event)` gets every event after `after`, in order; `onLink("live" | "polling" | "offline")`. */
  constructor({ after, onEvent, onLink = () => {} }) {
    Object.assign(this, { last: after, onEvent, onLink });
    this.failures = 0;
    this.catching = null;
    addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => !document.hidden && this.hurry());
    addEventListener("pagehide", () => this.socket?.close());
    addEventListener("pageshow", (event) => event.persisted && this.hurry());
    this.connect();
  }

  connect() {
    clearTimeout(this.retry);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/events?after=${this.last}`);
    this.socket = socket;
    socket.addEventListener("open", () => {
      this.failures = 0;
      clearInterval(this.polling);
      this.polling = null;
      this.onLink("live");
    });
    socket.addEventListener("message", (message) => this.receive(JSON.parse(message.data)));
    socket.addEventListener("close", ({ code }) => this.socket === socket && this.lost(code));
  }

  lost(code) {
    this.socket = null;
    if (code === LOGIN_REQUIRED_CODE) {
      location.assign("/accounts/login/");
      return;
    }
    const base = BACKOFF_MS[Math.min(this.failures, BACKOFF_MS.length - 1)];
    this.failures += 1;
    if (this.failures > FAILURES_BEFORE_POLLING) this.poll();
    this.retry = setTimeout(() => this.connect(), base * (0.75 + Math.random() / 2));
  }

  /** Try again now: the network or the viewer came back. */
  hurry() {
    if (this.socket) return;
    this.failures = 0;
    this.connect();
  }

  poll() {
    if (this.polling) return;
    this.polling = setInterval(() => this.catchUp().then(() => this.onLink("polling"), () => this.onLink("offline")), POLL_MS);
  }

  receive(event) {
    if (event.seq === undefined || event.seq <= this.last) return;
    if (event.seq > this.last + 1) {
      this.catchUp().catch(() => this.socket?.close());
      return;
    }
    this.deliver(event);
  }

  /** Fetch what was missed; one request at a time, and whoever asks meanwhile waits for the same one. */
  catchUp() {
    this.catching ??= this.fetchMissed().finally(() => {
      this.catching = null;
    });
    return this.catching;
  }

  async fetchMissed() {
    for (let more = true; more; ) {
      const { events } = await getJson(`/api/chat/events?after=${this.last}`);
      const fresh = events.filter((event) => event.seq > this.last);
      for (const event of fresh) this.deliver(event);
      more = fresh.length > 0;
    }
  }

  deliver(event) {
    this.last = event.seq;
    try {
      this.onEvent(event);
    } catch (error) {
      console.error("event", event.kind, error); // one broken event must not stop those behind it
    }
  }
}
