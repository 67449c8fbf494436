// Progress, pace and streak, in words.
const OF_LAST = 12; // answers that the pace is read from
const BREAK_MS = 60_000; // longer between two answers is a break: it ends a streak and does not count as slow

export class Figures {
  constructor() {
    this.times = [];
    this.streak = 0;
    this.progress = null;
  }

  answered(nowMs) {
    const last = this.times.at(-1);
    this.streak = last === undefined || nowMs - last < BREAK_MS ? this.streak + 1 : 1;
    this.times.push(nowMs);
  }

  skipped() {
    this.streak = 0;
  }

  undone() {
    this.times.pop();
    this.streak = Math.max(0, this.streak - 1);
  }

  /** Answers a minute over the last dozen, or null before there are three. */
  pace() {
    const last = this.times.slice(-OF_LAST);
    if (last.length < 3) return null;
    const gaps = last.slice(1).map((at, index) => Math.min(at - last[index], BREAK_MS));
    return (60_000 * gaps.length) / gaps.reduce((sum, gap) => sum + gap, 0);
  }

  /** Show them; `numUnsent` answers are on their way. */
  draw(byId, numUnsent) {
    const pace = this.pace();
    byId("pace").textContent = pace === null ? "" : `${pace < 10 ? pace.toFixed(1) : Math.round(pace)} a minute`;
    byId("streak").textContent = this.streak < 2 ? "" : `${this.streak} in a row`;
    if (!this.progress) return;
    const { answers, goal, mine } = this.progress;
    const all = answers + numUnsent;
    byId("progress").textContent = `${all} of ${goal} answers, ${mine + numUnsent} yours`;
    byId("meter").style.transform = `scaleX(${Math.min(1, all / goal)})`;
  }
}
