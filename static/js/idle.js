// Two minutes before a browser left alone is logged out, say so. Whoever types or moves about is not alone:
// the server is told now and then, and the other tabs of the same browser too.

const limit = Number(document.body.dataset.idleSeconds) * 1000;
const keepAliveUrl = document.body.dataset.idleKeepaliveUrl;
const NOTICE = Math.min(120000, limit / 2);
const TELL_EVERY = Math.min(300000, limit / 6);
const CHECK_EVERY = Math.min(5000, limit / 12);

const tabs = new BroadcastChannel("activity");
let seen = Date.now(); // when the server last heard from this browser
let acted = false; // whether the person did something since
let dirty = false; // whether something typed would be lost

function heard() {
  seen = Date.now();
  acted = false;
  if (dialog.open) dialog.close();
}

async function keepAlive() {
  const { "X-CSRFToken": token } = JSON.parse(document.body.dataset.hxHeaders);
  const response = await fetch(keepAliveUrl, { method: "POST", headers: { "X-CSRFToken": token }, redirect: "manual" });
  if (response.status !== 204) { leave(); return; }
  heard();
  tabs.postMessage("active");
}

// A form of its own: inside a step the header has none.
function logOut() {
  const { "X-CSRFToken": token } = JSON.parse(document.body.dataset.hxHeaders);
  const form = Object.assign(document.createElement("form"), { method: "post", action: document.body.dataset.logoutUrl });
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "csrfmiddlewaretoken", value: token }));
  document.body.append(form);
  form.submit();
}

function leave() {
  if (!dirty) { location.reload(); return; }
  title.textContent = "Vous avez été déconnecté";
  text.textContent = "Personne n'a utilisé cette page depuis 30 minutes. Ce que vous avez saisi est toujours là : envoyez la page, puis reconnectez-vous.";
  stay.hidden = true;
  quit.textContent = "Revenir à la page";
  if (!dialog.open) dialog.showModal();
}

function check() {
  if (ended) return;
  const left = limit - (Date.now() - seen);
  if (acted && !dialog.open && Date.now() - seen > TELL_EVERY) { seen += TELL_EVERY; keepAlive().catch(() => {}); return; }
  if (left <= 0) { ended = true; leave(); return; }
  if (left <= NOTICE && !dialog.open) {
    text.textContent = `Sans réponse de votre part, vous serez déconnecté à ${new Date(seen + limit).toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" })}. C'est une protection quand l'ordinateur est partagé.`;
    dialog.showModal();
    stay.focus();
  }
}

const dialog = document.createElement("dialog");
dialog.setAttribute("role", "alertdialog");
dialog.setAttribute("aria-labelledby", "idle-title");
dialog.setAttribute("aria-describedby", "idle-text");
const title = Object.assign(document.createElement("h2"), { id: "idle-title", textContent: "Êtes-vous toujours là ?" });
const text = Object.assign(document.createElement("p"), { id: "idle-text" });
const row = Object.assign(document.createElement("div"), { className: "buttons" });
const stay = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: "Rester connecté" });
const quit = Object.assign(document.createElement("button"), { type: "button", className: "button button--secondary", textContent: "Me déconnecter" });
row.append(stay, quit);
dialog.append(title, text, row);
document.body.append(dialog);

let ended = false;
stay.addEventListener("click", () => keepAlive().catch(() => {
  text.textContent = "La connexion est coupée. Vérifiez-la, puis appuyez de nouveau sur « Rester connecté ».";
}));
dialog.addEventListener("cancel", (event) => { if (!ended) { event.preventDefault(); stay.click(); } });
quit.addEventListener("click", () => {
  if (ended) dialog.close(); else logOut();
});

tabs.addEventListener("message", heard);
tabs.postMessage("active");
document.addEventListener("htmx:afterRequest", () => { heard(); tabs.postMessage("active"); });
for (const kind of ["keydown", "pointerdown", "input"]) document.addEventListener(kind, () => { acted = true; }, { passive: true });
document.addEventListener("input", () => { dirty = true; });
document.addEventListener("submit", () => { dirty = false; });
document.addEventListener("visibilitychange", check);
setInterval(check, CHECK_EVERY);
