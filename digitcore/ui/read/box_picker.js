// A picture with a button around each of its digits, of which one is chosen. See box_picker.py.

export default function ({ data, parentElement, setStateValue }) {
  const paper = parentElement.querySelector(".paper");
  // What has not changed is left alone: nothing flickers, and the button that has the focus keeps it.
  const content = JSON.stringify([data.picture, data.boxes]);
  if (paper.content !== content) fill(paper, data);
  paper.content = content;
  const buttons = [...paper.querySelectorAll("button")];
  const mark = (chosen) =>
    buttons.forEach((button, at) => {
      button.ariaPressed = at === chosen;
      button.tabIndex = at === chosen ? 0 : -1;
    });
  const choose = (at) => {
    paper.chosen = at;
    mark(at);
    buttons[at].focus();
    setStateValue("chosen", at);
  };
  // Once someone has chosen here, the server's choice counts no more: it may be older.
  mark(paper.chosen ?? data.chosen);
  paper.onclick = (event) => {
    const at = buttons.indexOf(event.target.closest("button"));
    if (at >= 0) choose(at);
  };
  paper.onkeydown = (event) => {
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    const at = buttons.indexOf(event.target) + step;
    if (!step) return;
    event.preventDefault();
    if (buttons[at]) choose(at);
  };
}

function fill(paper, data) {
  const image = paper.querySelector("img");
  image.src = data.picture;
  image.alt = data.alt;
  paper.style.setProperty("--width", data.width);
  paper.style.setProperty("--height", data.height);
  paper.classList.toggle("tiny", data.width < 200);
  paper.replaceChildren(image, ...data.boxes.map(makeButton));
  paper.chosen = undefined;
}

function makeButton({ place: [left, top, width, height], sign, label, colour }) {
  const button = document.createElement("button");
  Object.assign(button.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });
  button.style.setProperty("--colour", colour);
  button.ariaLabel = button.title = label;
  button.appendChild(document.createElement("span")).textContent = sign;
  return button;
}
