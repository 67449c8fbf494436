// What the steering list says of a wish: how long it lasts, how old it is, how strong, what it brings.
const DAY_MS = 86_400_000;
const MINUTE_S = 60;
const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", MINUTE_S]];
const ago = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const STRENGTHS = [[0.3, "a little"], [0.6, "clearly"], [0.85, "strongly"], [1, "very strongly"]];

/** Say how long a steer lasts: "today", "until tomorrow", "3 days left"; "" for good. */
export function horizonWords(steer, nowMs = Date.now()) {
  if (!steer.expires_at) return "";
  const leftMs = Date.parse(steer.expires_at) - nowMs;
  if (leftMs <= 0) return "ended";
  if (steer.horizon === "now") return "right now";
  const midnightMs = endOfDay(0, nowMs).getTime();
  if (Date.parse(steer.expires_at) <= midnightMs) return "today";
  if (leftMs < DAY_MS) return "until tomorrow";
  const days = Math.round(leftMs / DAY_MS);
  return days === 1 ? "1 day left" : `${days} days left`;
}

/** The end of the day `days` from today, in the viewer's own time zone. */
export function endOfDay(days, nowMs = Date.now()) {
  const end = new Date(nowMs);
  end.setDate(end.getDate() + days);
  end.setHours(23, 59, 59, 0);
  return end;
}

/** "2 days ago", "just now"; "" where the time is not known. */
export function agoWords(at, nowMs = Date.now()) {
  if (!at) return "";
  const ageS = Math.max(0, (nowMs - Date.parse(at)) / 1000);
  const unit = UNITS.find(([, seconds]) => ageS >= seconds);
  return unit ? ago.format(-Math.floor(ageS / unit[1]), unit[0]) : "just now";
}

export const strengthWords = (strength) => STRENGTHS.find(([upto]) => strength <= upto)?.[1] ?? "";

/** Say what a steer is allowed: a hard one rules alone. */
export function hardWords({ hard, direction }) {
  if (!hard) return "";
  return direction === "less" ? "never" : "only";
}

/** Say what a steer finds in the catalogue; `line` is its line of the ledger, absent before the feed knows it. */
export function matchWords(steer, line) {
  if (line?.is_held) return "not used: please word it differently";
  if (steer.paused) return "resting";
  if (!line || line.num_matches === null) return "looking for clips…";
  if (!line.num_matches) return steer.direction === "less" ? "nothing here is like it" : "no clip fits yet";
  const clips = line.num_matches === 1 ? "1 clip" : `${line.num_matches} clips`;
  if (steer.direction === "more") return `${clips} fit${line.num_matches === 1 ? "s" : ""}`;
  return steer.hard ? `${clips} kept away` : `${clips} pushed down`;
}

/** Say a document's filters one by one: [[keys to clear, words]]. */
export function filterParts(filters = {}) {
  const parts = [];
  if (filters.pace) parts.push([["pace"], `only ${filters.pace}`]);
  if (filters.min_duration_s) parts.push([["min_duration_s"], `over ${filters.min_duration_s} s`]);
  if (filters.max_duration_s) parts.push([["max_duration_s"], `under ${filters.max_duration_s} s`]);
  const days = filters.published_within_days;
  if (days) parts.push([["published_within_days"], days === 1 ? "from the last day" : `from the last ${days} days`]);
  return parts;
}
