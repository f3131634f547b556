// The pictures of an identity document: nearer, turned, with more contrast, by mouse and by keyboard.
// Keys, while a picture has the focus: + − zoom, arrows move, r turn, c contrast, s one side or both, 0 as it was.
const STEP = 40;
const viewer = document.querySelector("[data-viewer]");

if (viewer) {
  const sides = [...viewer.querySelectorAll("figure")];
  const views = new Map(sides.map((side) => [side, { zoom: 1, turn: 0, x: 0, y: 0, contrast: false }]));
  let current = sides[0];

  const draw = (side) => {
    const view = views.get(side);
    const picture = side.querySelector("img");
    picture.style.transform = `translate(${view.x}px, ${view.y}px) rotate(${view.turn}deg) scale(${view.zoom})`;
    picture.style.filter = view.contrast ? "grayscale(1) contrast(1.8)" : "";
  };
  const zoom = (view, by) => {
    view.zoom = Math.min(6, Math.max(0.5, view.zoom * by));
  };
  const ACTS = {
    in: (view) => zoom(view, 1.25),
    out: (view) => zoom(view, 0.8),
    turn: (view) => { view.turn = (view.turn + 90) % 360; },
    contrast: (view) => { view.contrast = !view.contrast; },
    left: (view) => { view.x += STEP; },
    right: (view) => { view.x -= STEP; },
    up: (view) => { view.y += STEP; },
    down: (view) => { view.y -= STEP; },
    sides: () => {
      const alone = viewer.classList.toggle("viewer--one");
      for (const side of sides) side.hidden = alone && side !== current;
    },
    reset: (view) => Object.assign(view, { zoom: 1, turn: 0, x: 0, y: 0, contrast: false }),
  };
  const KEYS = {
    "+": "in", "=": "in", "-": "out", r: "turn", c: "contrast", s: "sides", 0: "reset",
    ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down",
  };
  const act = (name) => {
    ACTS[name](views.get(current));
    draw(current);
  };

  const choose = (side) => {
    current = side;
    for (const each of sides) each.classList.toggle("is-current", each === side);
  };
  for (const side of sides) {
    side.addEventListener("focus", () => choose(side));
    side.addEventListener("keydown", (event) => {
      if (!KEYS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      act(KEYS[event.key]);
    });
    side.addEventListener("wheel", (event) => {
      event.preventDefault();
      choose(side);
      act(event.deltaY < 0 ? "in" : "out");
    }, { passive: false });
    side.addEventListener("pointerdown", (event) => {
      choose(side);
      const view = views.get(side);
      const from = { x: event.clientX - view.x, y: event.clientY - view.y };
      const move = (moved) => {
        view.x = moved.clientX - from.x;
        view.y = moved.clientY - from.y;
        draw(side);
      };
      side.setPointerCapture(event.pointerId);
      side.addEventListener("pointermove", move);
      side.addEventListener("pointerup", () => side.removeEventListener("pointermove", move), { once: true });
    });
  }
  const tools = viewer.querySelector("[role=toolbar]");
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const name = event.target.closest("[data-do]")?.dataset.do;
    if (name) act(name);
  });
  if (current) choose(current);
}
