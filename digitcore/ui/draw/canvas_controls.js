// The canvas's buttons and keys, and the drawing kept for a reload of the page. See canvas_controls.py.

const KEPT = "digitcore drawing";
const REMEMBERED = 50;
// The canvas reports a stroke 200 ms after its end; an action that is asked for earlier waits for that report.
const STROKE_MS = 250;
// Streamlit removes the canvas and makes it anew if it changes several times within a moment.
const APART_MS = 200;
// The canvas has an invisible toolbar over its top right corner, which would take strokes there for clicks.
// On the screen the canvas is as wide as its container, and computes the pointer's place from that.
const canvasStyle = new CSSStyleSheet();
canvasStyle.replaceSync(`
  .dc-toolbar { display: none !important }
  .dc-root { width: 100% }
  .dc-container, .canvas-container, canvas { width: 100% !important; height: auto !important; aspect-ratio: 2 }
`);
const states = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  const state = states.get(parentElement) ?? begin(parentElement);
  Object.assign(state, { data, setStateValue });
  for (const button of parentElement.querySelectorAll("button")) button.disabled = !data.possible[button.name];
  remember(state);
  adopt(state);
  return () => {
    state.ended.abort();
    if (state.sending) send(state);
    states.delete(parentElement);
  };
}

function begin(parent) {
  const state = { asked: [], sending: null, sent: 0, draws: false, strokeEnded: 0, restored: false };
  state.ended = new AbortController();
  const options = { signal: state.ended.signal };
  parent.addEventListener("click", (event) => ask(state, event.target.closest("button")?.name), options);
  document.addEventListener("keydown", (event) => pressed(state, event), options);
  document.addEventListener("pointerdown", (event) => (state.draws = isCanvas(event.composedPath()[0])), options);
  document.addEventListener("pointerup", () => state.draws && (state.strokeEnded = Date.now()), options);
  states.set(parent, state);
  return state;
}

function isCanvas(element) {
  return element.tagName === "CANVAS";
}

function ask(state, action) {
  if (!action) return;
  const number = Math.max(Date.now(), (state.asked.at(-1)?.[0] ?? 0) + 1);
  state.asked = [...state.asked, [number, action]].slice(-REMEMBERED);
  // The list has all earlier actions, too, so that none is lost if only the last of several lists arrives.
  const earliest = Math.max(state.strokeEnded + STROKE_MS, state.sent + APART_MS);
  state.sending ??= setTimeout(() => send(state), earliest - Date.now());
}

function send(state) {
  clearTimeout(state.sending);
  state.sending = null;
  state.sent = Date.now();
  state.setStateValue("asked", state.asked);
}

function pressed(state, event) {
  const typing = event.composedPath()[0].matches?.("input:not([type=range]), textarea, [contenteditable=true]");
  if (typing || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  const action = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : null;
  if (!action) return;
  event.preventDefault();
  ask(state, action);
}

function remember(state) {
  try {
    if (state.data.kept) sessionStorage.setItem(KEPT, JSON.stringify(state.data.kept));
    else if (!state.restored) restore(state);
  } catch {
    // A browser without storage, or with full storage: the drawing does not outlive a reload.
  }
}

function restore(state) {
  state.restored = true;
  const kept = JSON.parse(sessionStorage.getItem(KEPT));
  if (kept?.strokes.length) state.setStateValue("kept", kept);
}

function adopt(state) {
  if (state.ended.signal.aborted) return;
  const host = document.querySelector(`.st-key-${state.data.canvas} [data-testid=stBidiComponentIsolated]`);
  const root = host?.shadowRoot;
  if (!root) requestAnimationFrame(() => adopt(state));
  else if (!root.adoptedStyleSheets.includes(canvasStyle)) root.adoptedStyleSheets.push(canvasStyle);
}
