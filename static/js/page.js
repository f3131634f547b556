// A swap leaves the page as a fresh load would: title (htmx), focus, place. And what to say when the network fails.

function arrive(root) {
  const target = root.querySelector("[data-focus]") || root.querySelector("h1");
  if (!target) return;
  if (!target.hasAttribute("tabindex")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
  scrollTo({ top: 0, behavior: "instant" });
  target.scrollIntoView({ block: "nearest", behavior: "instant" });
}

function banner(text) {
  clearBanner();
  const box = document.createElement("div");
  box.className = "banner";
  box.setAttribute("role", "alert");
  const line = document.createElement("p");
  line.textContent = text;
  box.append(line);
  document.body.append(box);
}

function clearBanner() {
  document.querySelector(".banner")?.remove();
}

const status = document.createElement("p");
status.className = "visually-hidden";
status.setAttribute("role", "status");
document.body.append(status);

let slow;
document.addEventListener("htmx:beforeRequest", () => {
  slow = setTimeout(() => { status.textContent = "Chargement en cours…"; }, 600);
});
document.addEventListener("htmx:afterRequest", (event) => {
  clearTimeout(slow);
  status.textContent = "";
  if (event.detail.successful) clearBanner();
});

// The same address again (a step with mistakes) is no new entry for the Back button.
document.addEventListener("htmx:beforeHistoryUpdate", (event) => {
  const { history } = event.detail;
  if (history.type === "push" && new URL(history.path, location.href).href === location.href) history.type = "replace";
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id === "step") arrive(event.detail.target);
});

const LOST = "La connexion est coupée ou trop lente. Ce que vous avez saisi est toujours là : attendez un instant, puis réessayez.";
document.addEventListener("htmx:sendError", () => banner(LOST));
document.addEventListener("htmx:timeout", () => banner(LOST));
document.addEventListener("htmx:responseError", (event) => {
  banner(event.detail.xhr.status === 403
    ? "Votre session a changé depuis l'ouverture de cette page. Ce que vous avez saisi est toujours là : notez-le, puis rechargez la page."
    : "Le site a rencontré un problème. Ce que vous avez saisi est toujours là : réessayez dans un instant.");
});

// A page taken from the browser's memory may show an old state (or somebody else's, on a shared computer).
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// On a full load, a mistake or a conflict takes the focus, as after a swap.
const mistake = document.querySelector("main [data-focus]");
if (mistake) arrive(mistake.parentElement);

// The user menu closes as one expects.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".user-menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll(".user-menu[open]")) { menu.open = false; menu.firstElementChild.focus(); }
});
