// Plays two clips in step: they start together, wait for each other, and start again together when both have ended.
const LOOK_MS = 200;
const MAX_DRIFT_S = 0.05; // under two frames
const JUMP_S = 0.3; // further apart than this, the right one jumps; less, it hurries or dawdles
const CATCH_UP = 0.08; // how much faster or slower, as a share

const ready = (video) => video.ended || video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA;
const broken = (video) => video.error !== null;

export class InStep {
  constructor() {
    this.videos = [];
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    setInterval(() => this.look(), LOOK_MS);
    document.addEventListener("visibilitychange", () => this.look());
  }

  /** Play these two from the start; where motion is to be reduced, not before `replay`. */
  show(videos) {
    this.leave();
    this.videos = videos;
    this.playing = !this.calm.matches;
    this.rewind();
  }

  leave() {
    for (const video of this.videos) video.pause();
    this.videos = [];
  }

  replay() {
    this.playing = true;
    this.rewind();
  }

  rewind() {
    for (const video of this.videos) {
      if (video.currentTime > 0) video.currentTime = 0;
      video.playbackRate = 1;
    }
    this.look();
  }

  /** Bring what the two do in line with what they should do. */
  look() {
    const able = this.videos.filter((video) => !broken(video));
    if (able.length > 0 && able.every((video) => video.ended)) return this.atEnd();
    const go = this.playing && !document.hidden && able.every(ready);
    for (const video of able) {
      if (go && video.paused && !video.ended) video.play().catch(() => {}); // refused while hidden: looked at again
      if (!go && !video.paused) video.pause();
    }
    if (go && able.length === 2) correct(...able);
  }

  atEnd() {
    if (this.calm.matches) this.playing = false;
    else this.rewind();
  }
}

/** Let the right clip follow the left one. */
function correct(left, right) {
  const ahead_s = right.currentTime - left.currentTime;
  const apart = left.ended || right.ended || right.seeking || left.seeking ? 0 : Math.abs(ahead_s);
  right.playbackRate = apart > MAX_DRIFT_S ? 1 - Math.sign(ahead_s) * CATCH_UP : 1;
  if (apart > JUMP_S) right.currentTime = left.currentTime;
}
