// The insights page: asks for live sections again while anybody looks, and gives a slow one more time when told to.
const EVERY_MS = 5000;

const openNumbers = (section) => [...section.querySelectorAll("details")].map((one) => one.open);

async function load(section) {
  const response = await fetch(section.dataset.section, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) throw new Error(`section: ${response.status}`);
  const html = await response.text();
  const open = openNumbers(section);
  section.innerHTML = html;
  section.querySelectorAll("details").forEach((one, index) => (one.open = Boolean(open[index])));
}

async function refresh(section) {
  const selection = document.getSelection();
  const isInUse = section.contains(document.activeElement) || (!selection.isCollapsed && section.contains(selection.anchorNode));
  if (document.hidden || isInUse) return;
  await load(section).catch(() => {}); // the next one may succeed; what stands says of which moment it is
}

for (const section of document.querySelectorAll("[data-live]")) {
  setInterval(() => refresh(section), EVERY_MS);
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-more-time]");
  if (!link) return;
  event.preventDefault();
  const section = link.closest("[data-section]");
  section.setAttribute("aria-busy", "true");
  try {
    await load(section);
  } catch {
    link.textContent = "Try again";
  } finally {
    section.removeAttribute("aria-busy");
  }
});
