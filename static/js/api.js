// The only door to the server: same-origin JSON with the CSRF token, and errors that carry words for people.
const JSON_TYPE = "application/json";

export class ApiError extends Error {
  /** `status` 0: the server was not reached. `detail`: one sentence for the viewer. */
  constructor(status, detail, retryAfterS = null) {
    super(detail);
    this.status = status;
    this.detail = detail;
    this.retryAfterS = retryAfterS;
  }
}

export function csrfToken() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return cookie ? cookie[1] : document.querySelector('meta[name="csrf-token"]').content;
}

function wordsFor(status) {
  if (status === 0) return "No connection to Tiller. Check the network and try again.";
  if (status === 413) return "That is too large.";
  if (status === 429) return "That was a bit fast. Wait a moment and try again.";
  if (status >= 500) return "Something broke on our side. Try again in a moment.";
  return "That did not work.";
}

/** Turn an error body into one sentence; django-ninja answers a string or a list of {msg}. */
export function detailOf(body, status) {
  const detail = body?.detail;
  if (typeof detail === "string" && detail) return detail;
  if (Array.isArray(detail) && detail[0]?.msg) return detail[0].msg;
  return wordsFor(status);
}

async function readBody(response) {
  if (!response.headers.get("content-type")?.includes("json")) return null;
  return response.json().catch(() => null);
}

async function request(method, url, { body, signal, keepalive = false } = {}) {
  const headers = { Accept: JSON_TYPE, "X-CSRFToken": csrfToken() };
  if (body !== undefined) headers["Content-Type"] = JSON_TYPE;
  let response;
  try {
    response = await fetch(url, {
      method,
      headers,
      signal,
      keepalive,
      credentials: "same-origin",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, wordsFor(0));
  }
  const answer = await readBody(response);
  if (response.status === 401) location.assign(`/accounts/login/?next=${encodeURIComponent(location.pathname)}`);
  if (!response.ok) {
    const retryAfterS = Number(response.headers.get("retry-after")) || null;
    throw new ApiError(response.status, detailOf(answer, response.status), retryAfterS);
  }
  return answer;
}

export const getJson = (url, options) => request("GET", url, options);
export const postJson = (url, body, options) => request("POST", url, { ...options, body });
export const putJson = (url, body, options) => request("PUT", url, { ...options, body });
export const patchJson = (url, body, options) => request("PATCH", url, { ...options, body });
export const deleteJson = (url, options) => request("DELETE", url, options);

/** Tell apart "asked to stop" from a real failure. */
export const isAbort = (error) => error?.name === "AbortError";
