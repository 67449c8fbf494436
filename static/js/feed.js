// The endless column of cards: what is on screen, what comes next, and the exchange of what was not yet seen.
import { getJson, isAbort } from "./api.js";
import { buildCard } from "./cards.js";
import { engage } from "./engagements.js";
import { takeWatchedS } from "./player.js";

const PAGE = 10;
const MIN_AHEAD = 4;
const IMPRESSION_MS = 1000;
const SKIP_S = 2; // left before this many seconds of play: a skip
const MIN_WATCH_S = 0.3;
const MAX_EXCLUDED = 150;
const MAX_CARDS = 90;
const TRIM = 40;
const VISIBLE = 0.6;
const RETRY_MS = 2500;
const MIN_SHOWN_MS = 300; // a card flung past in less was not judged
const VERSION_WAITS_MS = [80, 120, 180, 250, 400, 600, 900];

export class Feed {
  constructor({ root, player, onFirst = () => {}, onRelaxed = () => {}, onEmpty = () => {} }) {
    Object.assign(this, { root, player, onFirst, onRelaxed, onEmpty });
    this.entries = [];
    this.byElement = new Map();
    this.index = -1;
    this.intentVersion = -1; // of the newest slate
    this.poolIsBehind = false;
    this.loading = null; // AbortController of the request under way
    this.observer = new IntersectionObserver((changes) => this.noticed(changes), { root, threshold: [0.02, VISIBLE] });
    root.addEventListener("scrollend", () => this.trim());
    document.addEventListener("visibilitychange", () => document.hidden && this.recordWatch(this.current));
    addEventListener("pagehide", () => this.recordWatch(this.current));
  }

  get current() {
    return this.entries[this.index] || null;
  }

  entryOf(element) {
    return this.byElement.get(element.closest("article")) || null;
  }

  /** Ask for cards that are not on the page. Throws ApiError, or AbortError when a newer request took over. */
  async fetchCards({ keep = this.entries, count = PAGE }) {
    this.loading?.abort();
    const controller = new AbortController();
    this.loading = controller;
    const ids = keep.slice(-MAX_EXCLUDED).map((entry) => entry.card.video_id);
    const query = new URLSearchParams({ count, exclude: ids.join(",") });
    try {
      return await getJson(`/api/feed?${query}`, { signal: controller.signal });
    } finally {
      if (this.loading === controller) this.loading = null;
    }
  }

  /** Keep at least four cards ahead of the viewer; silent when a request is already under way. */
  async ensureAhead() {
    if (this.loading || this.entries.length - 1 - this.index >= MIN_AHEAD) return;
    clearTimeout(this.retry);
    let delayMs = RETRY_MS;
    try {
      const slate = await this.fetchCards({});
      if (slate.cards.length) {
        this.append(slate);
        return;
      }
    } catch (error) {
      if (isAbort(error)) return;
      this.failure = error;
      delayMs = RETRY_MS * 2;
    }
    if (!this.entries.length) this.onEmpty(this.failure);
    this.failure = null;
    this.retry = setTimeout(() => this.ensureAhead(), delayMs);
  }

  append(slate) {
    const first = this.entries.length === 0;
    const fresh = this.build(slate, this.entries);
    this.attach(fresh);
    this.note(slate);
    this.root.setAttribute("aria-busy", "false");
    if (first && fresh.length) this.onFirst();
  }

  note(slate) {
    this.intentVersion = slate.intent_version;
    this.poolIsBehind = Boolean(slate.pool_is_behind);
    if (slate.relaxed && slate.relaxed !== this.relaxed) this.onRelaxed(slate.relaxed);
    this.relaxed = slate.relaxed;
  }

  /** Were the cards ahead asked for before the feed had read version `version` of the intent? */
  isBehind(version) {
    return this.intentVersion >= 0 && (this.intentVersion < version || this.poolIsBehind);
  }

  build(slate, kept) {
    const known = new Set(kept.map((entry) => entry.card.video_id));
    const wanted = slate.cards.filter((card) => !known.has(card.video_id) && known.add(card.video_id));
    return wanted.map((card) => buildCard(card, slate.slate_id));
  }

  attach(fresh) {
    const fragment = document.createDocumentFragment();
    for (const entry of fresh) {
      this.player.adopt(entry);
      this.byElement.set(entry.element, entry);
      this.entries.push(entry);
      entry.element.setAttribute("aria-posinset", this.entries.length);
      entry.element.setAttribute("aria-setsize", "-1");
      fragment.append(entry.element);
    }
    this.root.append(fragment);
    for (const entry of fresh) this.observer.observe(entry.element);
    if (this.index >= 0) this.player.preload(this.entries, this.index);
  }

  /** Index of the last card that was on screen, even by a sliver: nothing up to here is taken from under the viewer. */
  get lastSeen() {
    let last = this.index;
    this.entries.forEach((entry, at) => {
      if (entry.seen || entry.showing) last = Math.max(last, at);
    });
    return last;
  }

  /**
   * Exchange every card that was not yet on screen (but `spare` ones) for what the server would show now.
   * `minVersion`: intent version that the answer must have seen; an older answer is asked for again.
   * Returns the new entries; null when the server has nothing to offer; undefined when a newer exchange took over.
   */
  async exchangeUnseen({ minVersion = 0, spare = 0 } = {}) {
    const slate = await this.fetchAtVersion(minVersion, () => this.entries.slice(0, this.lastSeen + 1 + spare));
    if (!slate) return undefined;
    if (!slate.cards.length) return null;
    const keepCount = Math.min(this.lastSeen + 1 + spare, this.entries.length);
    const gone = this.entries.splice(keepCount);
    const fresh = this.build(slate, this.entries);
    for (const entry of gone) this.forget(entry);
    this.attach(fresh);
    this.note(slate);
    if (this.index < 0 && fresh.length) this.onFirst();
    return fresh;
  }

  async fetchAtVersion(minVersion, kept) {
    const mine = Symbol("exchange");
    this.exchange = mine;
    for (const waitMs of VERSION_WAITS_MS) {
      const slate = await this.fetchCards({ keep: kept() });
      if (slate.intent_version >= minVersion && !slate.pool_is_behind) return slate;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      if (this.exchange !== mine) return null;
    }
    return this.fetchCards({ keep: kept() });
  }

  forget(entry) {
    this.observer.unobserve(entry.element);
    this.byElement.delete(entry.element);
    entry.video.removeAttribute("src");
    entry.element.remove();
  }

  noticed(changes) {
    for (const change of changes) {
      const entry = this.byElement.get(change.target);
      if (!entry) continue;
      entry.showing = change.intersectionRatio > 0.02; // neighbours touch the edge with ratio 0
      if (change.intersectionRatio >= VISIBLE) this.setCurrent(entry);
    }
  }

  setCurrent(entry) {
    const previous = this.current;
    if (previous === entry) return;
    if (previous) this.recordLeave(previous);
    this.index = this.entries.indexOf(entry);
    entry.seen = true;
    entry.shownAtMs = performance.now();
    this.player.show(this.entries, this.index);
    clearTimeout(this.impression);
    if (!entry.counted) {
      this.impression = setTimeout(() => {
        entry.counted = true;
        engage(entry, "impression");
      }, IMPRESSION_MS);
    }
    this.root.dispatchEvent(new CustomEvent("cardchange", { detail: entry }));
    this.ensureAhead();
  }

  recordLeave(entry) {
    const watchedS = this.recordWatch(entry);
    const judged = !entry.judged && !entry.liked && performance.now() - entry.shownAtMs >= MIN_SHOWN_MS;
    entry.judged ||= judged; // coming back to a clip for a moment is no second verdict
    if (judged && watchedS < Math.min(SKIP_S, entry.card.duration_s / 2)) engage(entry, "skip", round(watchedS));
  }

  recordWatch(entry) {
    if (!entry) return 0;
    const watchedS = takeWatchedS(entry);
    if (watchedS >= MIN_WATCH_S) engage(entry, "watch", round(watchedS));
    return watchedS;
  }

  /** Let go of cards far behind, so that an hour of watching costs what a minute does; only while nothing scrolls. */
  trim() {
    if (this.entries.length < MAX_CARDS || this.index <= TRIM + 5) return;
    const anchor = this.entries[Math.round(this.root.scrollTop / this.root.clientHeight)] || this.current;
    for (const entry of this.entries.splice(0, TRIM)) this.forget(entry);
    this.index -= TRIM;
    anchor.element.scrollIntoView({ behavior: "instant", block: "start" });
  }

  /** Move by `step` cards; with `focus` the card takes the keyboard's focus too. */
  move(step, { focus = false } = {}) {
    this.goTo(this.entries[this.index + step], { focus });
  }

  goTo(target, { focus = false } = {}) {
    if (!target) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    target.element.scrollIntoView({ behavior: calm ? "instant" : "smooth", block: "start" });
    if (focus) target.element.focus({ preventScroll: true });
  }
}

const round = (seconds) => Math.round(seconds * 100) / 100;
