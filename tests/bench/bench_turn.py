"""Message sent -> steered cards in the page: 50 messages, real workers, a real browser.

Prints the whole way (from the click on Send to the first exchanged card in the document), each stage's time, the DAG's wall time and
its critical path. Needs a Chromium; aim: p95 at most 1.5 s on 2 cores, wall at most 1.3 x the critical path.
"""

import os
import statistics
import tempfile
from pathlib import Path

from tests.browser.chromium import chromium_page
from tests.stack.server import Server

NUM_CLIPS = int(os.environ.get("TILLER_BENCH_CLIPS", "150"))
SUBJECTS = [
    "cats", "jellyfish", "waterfalls", "Paris", "Tokyo", "pottery", "ramen", "surfing", "lighthouses", "autumn leaves",
    "Seoul", "coffee", "penguins", "vinyl records", "snow", "sailing", "basketball", "owls", "Lisbon", "aurora",
    "pizza", "marble runs", "thunderstorms", "piano", "butterflies",
]  # fmt: skip
WAYS = ["show me more {}", "I'd love some {} now"]
MESSAGES = [way.format(subject) for way in WAYS for subject in SUBJECTS]

# Resolves with milliseconds from the click to the first card that was not in the document before.
SEND_AND_WAIT = """
async (text) => {
  const before = new Set(document.querySelectorAll('[role=feed] article'));
  const box = document.querySelector('textarea');
  box.value = text;
  box.dispatchEvent(new Event('input', {bubbles: true}));
  const button = [...document.querySelectorAll('button')].find((b) => (b.ariaLabel || b.textContent).trim() === 'Send');
  const feed = document.querySelector('[role=feed]');
  return await new Promise((resolve, reject) => {
    const since = performance.now();
    const look = () => {
      for (const card of feed.querySelectorAll('article[data-turned]')) {
        if (before.has(card)) continue;
        observer.disconnect();
        resolve(performance.now() - since);
        return;
      }
    };
    const observer = new MutationObserver(look);
    observer.observe(feed, {childList: true, subtree: true, attributes: true, attributeFilter: ['data-turned']});
    setTimeout(() => { observer.disconnect(); reject(new Error('no turn in 30 s: ' + text)); }, 30000);
    button.click();
  });
}
"""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="tiller-bench-") as folder:
        server = Server(Path(folder) / "home", TILLER_DEMO_CLIPS=str(NUM_CLIPS))
        server.start()
        try:
            server.wait_until_ready()
            server.wait_for_catalogue(server.login(), num_ready=NUM_CLIPS)
            turns_ms = _turns_ms(server)
            _print_way(turns_ms)
            _print_stages(server)
        finally:
            server.stop()


def _turns_ms(server: Server) -> list[float]:
    with chromium_page() as page:
        page.goto(f"{server.url}/accounts/login/")
        page.get_by_label("Username").fill("viewer")
        page.get_by_label("Password").fill("tiller-demo")
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_selector("[role=feed] article")
        page.evaluate(SEND_AND_WAIT, "more rainbows please")  # the models are warm after it
        turns_ms = []
        for message in MESSAGES:
            turns_ms.append(page.evaluate(SEND_AND_WAIT, message))
            page.wait_for_timeout(150)
        return turns_ms


def _print_way(turns_ms: list[float]) -> None:
    p50, p95 = _percentiles(turns_ms)
    print(f"message sent -> steered cards in the page, {len(turns_ms)} messages: p50 {p50:.0f} ms, p95 {p95:.0f} ms")


def _percentiles(values: list[float]) -> tuple[float, float]:
    return statistics.median(values), statistics.quantiles(values, n=20)[-1]


def _print_stages(server: Server) -> None:
    """Print the stages' times from the stage rows of this home's database."""
    import subprocess
    import sys

    environment = {**server.environment}
    command = [sys.executable, "manage.py", "stage_times", "--last", str(len(MESSAGES))]
    print(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)


if __name__ == "__main__":
    main()
