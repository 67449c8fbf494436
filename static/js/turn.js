// The turn: when the intent changes, cards not yet seen are exchanged and a small banner says so. The clip on screen plays on.
import { isAbort } from "./api.js";

const STAY_MS = 7000;

const byId = (document) => new Map((document?.steers || []).map((steer) => [steer.id, steer]));
const sameJson = (one, other) => JSON.stringify(one || {}) === JSON.stringify(other || {});

/** Say in a few words what changed between two intent documents; {now, done} for before and after the exchange. */
export function describeTurn(before, after) {
  const old = byId(before);
  const fresh = byId(after);
  const added = [...fresh.values()].filter((steer) => !old.has(steer.id) && !steer.paused);
  const more = added.find((steer) => steer.direction === "more");
  if (more) return { now: `Turning to ${more.phrase}`, done: `Turned to ${more.phrase}` };
  const less = added.find((steer) => steer.direction === "less");
  if (less) return { now: `Less ${less.phrase}`, done: less.hard ? `No more ${less.phrase}` : `Less ${less.phrase} from here` };
  const gone = [...old.values()].find((steer) => !fresh.has(steer.id));
  if (gone) return { now: `Letting go of ${gone.phrase}`, done: `${gone.phrase} no longer steers` };
  const toggled = [...fresh.values()].find((steer) => old.has(steer.id) && old.get(steer.id).paused !== steer.paused);
  if (toggled?.paused) return { now: `Pausing ${toggled.phrase}`, done: `${toggled.phrase} is paused` };
  if (toggled) return { now: `Back to ${toggled.phrase}`, done: `${toggled.phrase} steers again` };
  if (!sameJson(before?.filters, after?.filters)) return { now: "Changing the mix", done: "The mix has changed" };
  return { now: "Turning", done: "Your feed has turned" };
}

export class Turn {
  constructor({ feed }) {
    this.feed = feed;
    this.banner = document.getElementById("turn");
    this.words = this.banner.querySelector(".turn__text");
    this.next = this.banner.querySelector(".turn__next");
    this.next.addEventListener("click", () => {
      this.hide();
      feed.goTo(this.first, { focus: true });
    });
    feed.root.addEventListener("cardchange", () => this.hide());
  }

  /** Say that a turn is coming, before the feed can make it. */
  announce(before, after) {
    this.show(describeTurn(before, after).now, { turning: true });
    this.timer = setTimeout(() => this.settle(), STAY_MS);
  }

  /** Exchange what was not seen for what version `version` of the intent asks for. */
  async start({ version, before, after }) {
    const { now, done } = describeTurn(before, after);
    this.turning = version;
    this.show(now, { turning: true });
    try {
      const fresh = await this.feed.exchangeUnseen({ minVersion: version });
      if (fresh === undefined) return undefined;
      if (fresh === null) return this.show("Nothing new fits yet. The feed stays as it is.", {});
      this.mark(fresh);
      return this.show(done, { canSkip: this.feed.index >= 0 });
    } catch (error) {
      if (!isAbort(error)) this.show("The feed could not turn. It will try again as you scroll.", {});
      return undefined;
    } finally {
      if (this.turning === version) this.turning = null;
    }
  }

  /** After a like or a dismissal: quietly exchange what lies beyond the next `spare` cards. */
  async follow({ spare }) {
    if (this.turning) return;
    try {
      await this.feed.exchangeUnseen({ spare });
    } catch (error) {
      if (!isAbort(error)) console.warn("feed", error.message); // the cards on the page stay
    }
  }

  mark(fresh) {
    this.first = fresh[0];
    for (const entry of fresh) entry.element.dataset.turned = "";
  }

  show(text, { turning = false, canSkip = false }) {
    clearTimeout(this.timer);
    this.words.textContent = text;
    this.next.hidden = !canSkip;
    this.banner.toggleAttribute("data-turning", turning);
    this.banner.hidden = false;
    if (!turning) this.timer = setTimeout(() => this.hide(), STAY_MS);
  }

  /** Stop waiting for a turn that did not come. */
  settle() {
    this.banner.removeAttribute("data-turning");
    this.hide();
  }

  hide() {
    if (this.banner.hasAttribute("data-turning")) return;
    clearTimeout(this.timer);
    this.banner.hidden = true;
  }
}
