// Plays the clip on screen and nothing else; loads the next one ahead and lets go of those that are far.
const NEAR = 1; // clips kept loaded on either side of the current one

export class Player {
  constructor({ soundButton, onBroken = () => {} }) {
    this.current = null;
    this.muted = true;
    this.held = false; // the viewer paused it
    this.onBroken = onBroken;
    this.soundButton = soundButton;
    soundButton.addEventListener("click", () => this.toggleSound());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.rest() : this.resume()));
    this.drawProgress = this.drawProgress.bind(this);
  }

  /** Wire a new card once: what it watched is counted only while frames really move. */
  adopt(entry) {
    entry.watchedS = 0;
    entry.playingSinceMs = null;
    const stop = () => stopClock(entry);
    entry.video.addEventListener("playing", () => (entry.playingSinceMs ??= performance.now()));
    for (const kind of ["pause", "waiting", "emptied"]) entry.video.addEventListener(kind, stop);
    entry.video.addEventListener("error", () => this.fail(entry));
  }

  fail(entry) {
    if (!entry.video.getAttribute("src")) return; // letting go of a source also reports an error
    entry.element.querySelector(".card__broken").hidden = false;
    this.onBroken(entry);
  }

  /** Make `entries[index]` the clip that plays. */
  show(entries, index) {
    const entry = entries[index];
    if (this.current && this.current !== entry) this.leave(this.current);
    this.current = entry;
    this.held = false;
    this.preload(entries, index);
    this.resume();
  }

  /** Load the clips around `index` and let go of all others. */
  preload(entries, index) {
    entries.forEach((other, at) => {
      if (Math.abs(at - index) > NEAR) release(other);
      else load(other, at >= index ? "auto" : "metadata");
    });
  }

  leave(entry) {
    entry.video.pause();
    stopClock(entry);
    entry.element.removeAttribute("data-paused");
  }

  /** Play the current clip unless the viewer paused it; a browser that refuses sound gets it muted. */
  async resume() {
    const entry = this.current;
    if (!entry || this.held || entry.dismissed || entry.covered || document.hidden) return;
    entry.video.muted = this.muted;
    requestAnimationFrame(this.drawProgress);
    try {
      await entry.video.play();
    } catch (error) {
      if (error.name !== "NotAllowedError" || this.current !== entry) return;
      if (this.muted) this.toggle();
      else this.toggleSound();
    }
  }

  rest() {
    this.current?.video.pause();
  }

  toggle() {
    const entry = this.current;
    if (!entry || entry.covered) return;
    this.held = !this.held;
    entry.element.toggleAttribute("data-paused", this.held);
    if (this.held) this.rest();
    else this.resume();
  }

  toggleSound() {
    this.muted = !this.muted;
    this.soundButton.setAttribute("aria-pressed", String(!this.muted));
    if (!this.current) return;
    this.current.video.muted = this.muted;
    this.resume();
  }

  seek(timeS) {
    if (!this.current) return;
    this.current.video.currentTime = Math.max(0, timeS);
    this.held = false;
    this.current.element.removeAttribute("data-paused");
    this.resume();
  }

  drawProgress() {
    const entry = this.current;
    if (!entry || entry.video.paused) return;
    const { currentTime, duration } = entry.video;
    const bar = entry.element.querySelector(".card__progress span");
    if (duration > 0) bar.style.transform = `scaleX(${currentTime / duration})`;
    requestAnimationFrame(this.drawProgress);
  }
}

function load(entry, preload) {
  if (entry.covered) return;
  entry.video.preload = preload;
  if (!entry.video.getAttribute("src")) entry.video.src = entry.card.media_url;
}

function release(entry) {
  if (!entry.video.getAttribute("src")) return;
  entry.video.removeAttribute("src");
  entry.video.load();
}

function stopClock(entry) {
  if (entry.playingSinceMs === null) return;
  entry.watchedS += (performance.now() - entry.playingSinceMs) / 1000;
  entry.playingSinceMs = null;
}

/** Take what was watched of a card since the last call, in seconds. */
export function takeWatchedS(entry) {
  const running = entry.playingSinceMs !== null;
  stopClock(entry);
  const watchedS = entry.watchedS;
  entry.watchedS = 0;
  if (running && !entry.video.paused) entry.playingSinceMs = performance.now();
  return watchedS;
}
