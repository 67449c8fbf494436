// The four buttons of a card, and taps on its video.
import { beatHeart, setDismissed, setLiked, uncover } from "./cards.js";
import { engage } from "./engagements.js";
import { offerActions, toggleReason } from "./reason.js";
import { openReport } from "./report.js";
import { toast } from "./toast.js";

const DOUBLE_TAP_MS = 260;
const STEERING = { less: "weaken", pause_steer: "pause", remove_steer: "remove" };

export class Actions {
  /** `onTaste(entry)` is called after a like or a dismissal, which the cards ahead should learn from; `steering` edits the wishes. */
  constructor({ feed, player, steering, onTaste = () => {} }) {
    Object.assign(this, { feed, player, steering, onTaste });
    feed.root.addEventListener("click", (event) => this.clicked(event));
    feed.root.addEventListener("keydown", (event) => this.escape(event));
    feed.root.addEventListener("cardchange", () => this.closeReasons());
  }

  clicked(event) {
    const entry = event.target.closest("article") && this.feed.entryOf(event.target);
    if (!entry) return;
    const button = event.target.closest("button");
    if (!button) this.tapped(entry, event);
    else if (button.matches(".card__why")) this.why(entry);
    else if (button.matches(".reason__close")) toggleReason(entry, false);
    else if (button.matches(".reason__moment")) this.toMoment(entry);
    else if (button.dataset.act) this.run(button.dataset.act, entry);
  }

  run(act, entry = this.feed.current) {
    if (!entry) return;
    if (act === "like") this.like(entry, !entry.liked);
    if (act === "not_interested") this.dismiss(entry);
    if (act === "undo") this.restore(entry);
    if (act === "share") this.share(entry);
    if (act === "report") openReport(entry);
    if (act === "uncover") this.uncover(entry);
    if (act === "why") this.why(entry);
    if (act in STEERING) this.steer(act, entry);
  }

  why(entry) {
    offerActions(entry, this.steering.steerOf(entry.card.reason?.steer_id));
    toggleReason(entry);
  }

  /** Change the wish that brought the card, or ask for less of what it is about. */
  steer(act, entry) {
    const steer = this.steering.steerOf(entry.card.reason?.steer_id);
    toggleReason(entry, false);
    if (steer) this.steering[STEERING[act]](steer);
    else if (act === "less") this.steering.addLess(entry.card.tags[0]);
  }

  like(entry, liked) {
    if (entry.liked === liked) return;
    setLiked(entry, liked);
    if (liked) beatHeart(entry);
    engage(entry, liked ? "like" : "unlike");
    this.onTaste(entry);
  }

  dismiss(entry) {
    if (entry.dismissed) return;
    setDismissed(entry, true);
    entry.video.pause();
    engage(entry, "not_interested");
    toast("Noted: less like this.", { action: { label: "Undo", run: () => this.restore(entry) } });
    if (entry === this.feed.current) this.feed.move(1);
    this.onTaste(entry);
  }

  restore(entry) {
    if (!entry.dismissed) return;
    setDismissed(entry, false);
    engage(entry, "undo_not_interested");
    if (entry === this.feed.current) this.player.resume();
    else if (entry.element.isConnected) entry.element.scrollIntoView({ block: "start" });
    this.onTaste(entry);
  }

  uncover(entry) {
    uncover(entry);
    if (entry === this.feed.current) this.player.show(this.feed.entries, this.feed.index);
  }

  async share(entry) {
    const url = new URL(`/watch/${entry.card.video_id}`, location.href).href;
    try {
      if (navigator.share) await navigator.share({ title: entry.card.title, url });
      else {
        await navigator.clipboard.writeText(url);
        toast("Link copied.");
      }
      engage(entry, "share");
    } catch (error) {
      if (error.name !== "AbortError") toast(`Copy this link: ${url}`);
    }
  }

  toMoment(entry) {
    toggleReason(entry, false);
    this.player.seek(entry.card.reason.time_s);
  }

  /** One tap pauses, a second one soon after likes instead. */
  tapped(entry, event) {
    if (!event.target.closest(".card__frame") || event.target.closest(".reason, .card__cover, .card__dismissed")) return;
    if (!entry.element.querySelector(".reason").hidden) {
      toggleReason(entry, false);
      return;
    }
    if (this.tap) {
      clearTimeout(this.tap);
      this.tap = null;
      if (entry.liked) beatHeart(entry);
      else this.like(entry, true);
      return;
    }
    this.tap = setTimeout(() => {
      this.tap = null;
      if (entry === this.feed.current && !entry.dismissed) this.player.toggle();
    }, DOUBLE_TAP_MS);
  }

  escape(event) {
    if (event.key !== "Escape") return;
    const entry = this.feed.entryOf(event.target);
    if (entry) toggleReason(entry, false);
  }

  closeReasons() {
    for (const entry of this.feed.entries) {
      if (entry === this.feed.current) continue;
      entry.element.querySelector(".reason").hidden = true;
      entry.element.querySelector(".card__why").setAttribute("aria-expanded", "false");
    }
  }
}
