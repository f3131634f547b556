// <input data-filter="selector">: while one types, only what holds every word stays in sight (the server answers Enter).

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, " ");

for (const input of document.querySelectorAll("[data-filter]")) {
  const items = [...document.querySelectorAll(input.dataset.filter)].map((element) => [element, fold(element.textContent)]);
  const status = document.querySelector("[role=status]#aide-count");
  input.addEventListener("input", () => {
    const wanted = fold(input.value).split(" ").filter(Boolean);
    let left = 0;
    for (const [element, words] of items) {
      element.hidden = !wanted.every((word) => words.includes(word));
      if (!element.hidden) left += 1;
    }
    for (const chapter of document.querySelectorAll("[data-chapter]")) chapter.hidden = !chapter.querySelector("[data-topic]:not([hidden])");
    status.textContent = wanted.length ? (left > 1 ? `${left} réponses` : left ? "1 réponse" : "Aucune réponse. Essayez un seul mot.") : "";
  });
}

// A link to something folded unfolds it (browsers that do it by themselves have nothing left to do).
function unfold() {
  const folded = location.hash && document.getElementById(location.hash.slice(1))?.closest("details");
  if (folded && !folded.open) { folded.open = true; folded.scrollIntoView(); }
}
addEventListener("hashchange", unfold);
unfold();
