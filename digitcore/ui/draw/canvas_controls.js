// The canvas's buttons and keys, and the drawing kept for a reload of the page. See canvas_controls.py.

const KEPT = "digitcore drawing";
const REMEMBERED = 50;
// The canvas tells of a stroke 200 ms after its end: what is asked sooner waits for that, to be about that stroke.
const STROKE_MS = 250;
// Streamlit takes the canvas down and sets it up again where it changes several times within a moment.
const APART_MS = 200;
// Over the canvas's top right corner lies a toolbar of its own, unseen, which takes strokes there for clicks.
// Its size on the screen is that of its place; the pointer's place is reckoned from that by the canvas itself.
const canvasStyle = new CSSStyleSheet();
canvasStyle.replaceSync(`
  .dc-toolbar { display: none !important }
  .dc-root { width: 100% }
  .dc-container, .canvas-container, canvas { width: 100% !important; height: auto !important; aspect-ratio: 1 }
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

function ask(state, what) {
  if (!what) return;
  const number = Math.max(Date.now(), (state.asked.at(-1)?.[0] ?? 0) + 1);
  state.asked = [...state.asked, [number, what]].slice(-REMEMBERED);
  // The newest list has all that was asked before it, so that none is lost where several go together.
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
  const what = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : null;
  if (!what) return;
  event.preventDefault();
  ask(state, what);
}

function remember(state) {
  try {
    if (state.data.kept) sessionStorage.setItem(KEPT, JSON.stringify(state.data.kept));
    else if (!state.restored) restore(state);
  } catch {
    // A browser that keeps nothing, or has no more room: the drawing just does not outlive a reload.
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
