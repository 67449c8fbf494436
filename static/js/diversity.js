// The slider "Variety": how unlike the next cards shall be. Kept by the server; the cards ahead follow.
import { getJson, putJson } from "./api.js";
import { toast } from "./toast.js";

const URL = "/api/feed/diversity";
const slider = document.getElementById("diversity");

/** Say a place of the slider (0 to 100) in words. */
export function varietyWords(place) {
  if (place === 50) return "as it comes";
  if (place < 50) return place < 25 ? "much alike" : "a bit alike";
  return place > 75 ? "very varied" : "more varied";
}

function show(diversity) {
  slider.value = Math.round(diversity * 100);
  say();
}

function say() {
  const words = varietyWords(slider.valueAsNumber);
  slider.setAttribute("aria-valuetext", words);
  document.getElementById("diversity-words").textContent = words;
}

/** Bring the slider to life; `onChanged` is called once the server has kept a new value. */
export async function startDiversity({ onChanged }) {
  let kept = 0.5;
  slider.addEventListener("input", say);
  slider.addEventListener("change", async () => {
    try {
      kept = (await putJson(URL, { diversity: slider.valueAsNumber / 100 })).diversity;
      onChanged();
    } catch (error) {
      show(kept);
      toast(error.detail || "That did not work.", { tone: "danger" });
    }
  });
  try {
    kept = (await getJson(URL)).diversity;
    show(kept);
  } catch {
    say(); // the middle stands until it is moved
  }
  slider.disabled = false;
}
