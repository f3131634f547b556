// What the network does to a form, the same for every form that posts. htmx sends them all (without JavaScript the
// browser does): one press is one request; a request that is lost says so and leaves what was typed and the photos
// chosen where they are, in the page; a slow one shows it; an upload says how far it is.

const LOST = "La connexion est coupée ou trop lente. Ce que vous avez saisi est toujours là : attendez un instant, puis réessayez.";
const SAID = {
  400: "Le site n'a pas compris cet envoi. Si vous envoyiez une photo, elle est peut-être trop lourde : 10 Mo au plus. Ce que vous avez saisi est toujours là.",
  403: "Vous vous êtes connecté ou déconnecté depuis l'ouverture de cette page. Ce que vous avez saisi est toujours là : notez-le, puis rechargez la page.",
};
SAID[413] = SAID[400];
const BROKEN = "Le site a rencontré un problème. Ce que vous avez saisi est toujours là : réessayez dans un instant.";
const SLOW = 600; // milliseconds before a wait is shown
const HEAVY = 50000; // bytes from which an upload says how far it is

const add = (tag, attributes) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  document.body.append(element);
  return element;
};
const status = add("p", { class: "visually-hidden", role: "status" });
const waiting = add("progress", { class: "waiting", "aria-label": "Envoi en cours", hidden: "" });

// Every form in which something is typed or chosen goes by htmx; the answer takes the place of the page's content.
// A lone button has nothing to lose: the browser sends it.
const TYPED = "input:not([type=hidden]), select, textarea";
function adopt(form) {
  if (form.method !== "post" || form.matches("[data-hx-post]") || !form.querySelector(TYPED)) return;
  const attributes = { "data-hx-post": form.action, "data-hx-target": "main", "data-hx-select": "main", "data-hx-swap": "outerHTML" };
  if (form.enctype === "multipart/form-data") {
    attributes["data-hx-encoding"] = form.enctype;
    attributes["data-hx-request"] = '{"timeout":0}'; // photos take what they take
  }
  for (const [name, value] of Object.entries(attributes)) form.setAttribute(name, value);
  window.htmx.process(form);
}
window.htmx.onLoad((root) => { for (const form of [root, ...root.querySelectorAll("form")]) if (form.matches("form")) adopt(form); });

// One press, one request: a second press while the first is under way does nothing.
const busy = new WeakSet();
function release(form) {
  busy.delete(form);
  for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
}
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (busy.has(form)) { event.preventDefault(); event.stopImmediatePropagation(); return; }
  busy.add(form);
  for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", "true");
  if (!form.hasAttribute("data-hx-post")) setTimeout(() => release(form), 20000);
}, true);

// The page that takes this one's place gets the files already chosen: a browser gives them back to nobody.
let chosen = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  chosen = [...event.detail.elt.querySelectorAll("[type=file]")].filter((input) => input.files.length);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const input of chosen) {
    const fresh = document.querySelector(`[type=file][name="${CSS.escape(input.name)}"]`);
    if (fresh && !fresh.files.length) { fresh.files = input.files; fresh.dispatchEvent(new Event("change", { bubbles: true })); }
  }
  chosen = [];
});

let slow;
document.addEventListener("htmx:beforeRequest", () => {
  clearTimeout(slow);
  slow = setTimeout(() => { waiting.removeAttribute("value"); waiting.hidden = false; status.textContent = "Chargement en cours…"; }, SLOW);
});
document.addEventListener("htmx:xhr:progress", (event) => {
  const { loaded, total, lengthComputable } = event.detail;
  if (!lengthComputable || total < HEAVY || !event.target.matches("[enctype='multipart/form-data']")) return;
  const percent = Math.round(100 * loaded / total);
  Object.assign(waiting, { hidden: false, max: 100, value: percent });
  const words = percent < 100 ? `Envoi : ${percent} %` : "Envoi terminé. Vérification des photos…";
  if (percent % 25 === 0) status.textContent = words;
  event.target.querySelector("[type=submit]").setAttribute("data-progress", words);
});
document.addEventListener("htmx:afterRequest", (event) => {
  clearTimeout(slow);
  waiting.hidden = true;
  status.textContent = "";
  const form = event.detail.elt;
  if (form.matches("form")) {
    release(form);
    form.querySelector("[data-progress]")?.removeAttribute("data-progress");
  }
  if (event.detail.successful) clearBanner();
});

function banner(text) {
  clearBanner();
  const line = document.createElement("p");
  line.textContent = text;
  add("div", { class: "banner", role: "alert" }).append(line);
}
function clearBanner() {
  document.querySelector(".banner")?.remove();
}
document.addEventListener("htmx:sendError", () => banner(LOST));
document.addEventListener("htmx:timeout", () => banner(LOST));
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  banner(xhr.status === 429 ? tooMany(xhr) : SAID[xhr.status] ?? BROKEN);
});

// A form that says itself how long to wait (login) takes its place again. A network that has to wait (Retry-After), or that
// nginx makes wait (its answers bear no X-Request-ID), is told in the page, where what was typed stays.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { status } = detail.xhr, says = (name) => detail.xhr.getResponseHeader(name);
  if (status === 429 && (says("Retry-After") || !says("X-Request-ID"))) Object.assign(detail, { shouldSwap: false, isError: true });
});
function tooMany(xhr) {
  const minutes = Math.ceil((Number(xhr.getResponseHeader("Retry-After")) || 60) / 60);
  const wait = `${minutes} minute${minutes > 1 ? "s" : ""}`;
  return `Trop de demandes partent en ce moment de votre connexion à internet. Ce que vous avez saisi est toujours là : attendez ${wait}, puis réessayez.`;
}

// A page taken from the browser's memory may show an old state (or somebody else's, on a shared computer).
addEventListener("pageshow", (event) => {
  for (const form of document.forms) release(form);
  if (event.persisted) location.reload();
});
