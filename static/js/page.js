// A swap leaves the page as a fresh load would: title (htmx), focus, place, history.

function arrive(root) {
  const target = root.querySelector("[data-focus]") || root.querySelector("h1");
  if (!target) return;
  if (!target.hasAttribute("tabindex")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
  scrollTo({ top: 0, behavior: "instant" });
  target.scrollIntoView({ block: "nearest", behavior: "instant" });
}

// The same address again (a step with mistakes) is no new entry for the Back button.
document.addEventListener("htmx:beforeHistoryUpdate", (event) => {
  const { history } = event.detail;
  if (history.type === "push" && new URL(history.path, location.href).href === location.href) history.type = "replace";
});

document.addEventListener("htmx:afterSettle", (event) => {
  const { target } = event.detail;
  if (target.id === "step" || target.matches("main")) arrive(document.getElementById("step") ?? document.querySelector("main"));
});

// A link of the error summary leads to its field without an entry in the history: Back leaves the page at once.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".error-summary a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  field.scrollIntoView({ block: "center" });
  const control = field.matches("input, select, textarea, button, a") ? field : field.querySelector("input, select, textarea") ?? field;
  control.focus({ preventScroll: true });
});

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

// A link to something folded unfolds it (browsers that do it by themselves have nothing left to do).
function unfold() {
  const folded = location.hash && document.getElementById(location.hash.slice(1))?.closest("details");
  if (folded && !folded.open) { folded.open = true; folded.scrollIntoView(); }
}
addEventListener("hashchange", unfold);
unfold();
