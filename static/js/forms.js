// Helps for forms; all of them work without.

// <input type="password" data-reveal> gets a button that shows what is typed.
// <ul class="checklist" data-checklist-for="id"><li data-rule="length|upper|lower|digit">: ticked while one types.
const RULES = {
  length: (text) => text.length >= 8,
  upper: (text) => /\p{Lu}/u.test(text),
  lower: (text) => /\p{Ll}/u.test(text),
  digit: (text) => /\d/.test(text),
};

function addReveal(input) {
  const row = document.createElement("div");
  row.className = "password";
  input.replaceWith(row);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--secondary button--small";
  button.textContent = "Afficher";
  button.setAttribute("aria-controls", input.id);
  button.setAttribute("aria-label", "Afficher le mot de passe");
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.textContent = shown ? "Masquer" : "Afficher";
    button.setAttribute("aria-label", shown ? "Masquer le mot de passe" : "Afficher le mot de passe");
  });
  input.form?.addEventListener("submit", () => { input.type = "password"; });
  row.append(input, button);
}

function watch(list) {
  const input = document.getElementById(list.dataset.checklistFor);
  if (!input) return;
  const tick = () => {
    for (const item of list.querySelectorAll("[data-rule]")) item.classList.toggle("is-met", RULES[item.dataset.rule](input.value));
  };
  input.addEventListener("input", tick);
  tick();
}

// <button type="button" data-copy="id" hidden>: shown when it can work. <button type="button" data-print>: hidden by the style
// sheet where there is no script, so that nothing moves when this one arrives.
async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
  const words = button.textContent;
  button.textContent = "Copié";
  setTimeout(() => { button.textContent = words; }, 3000);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy], [data-print]");
  if (!button) return;
  if ("print" in button.dataset) print(); else copy(button);
});

// What has just come into the page, whatever it took the place of; at first the whole page.
function enhance(root) {
  const all = (selector) => [root, ...root.querySelectorAll(selector)].filter((element) => element.matches(selector));
  all("input[data-reveal]").forEach(addReveal);
  all("[data-checklist-for]").forEach(watch);
  if (navigator.clipboard) all("[data-copy]").forEach((button) => { button.hidden = false; });
}
window.htmx.onLoad(enhance);
