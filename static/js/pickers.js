// The admin's boxes with a search (Select2) are named by what is chosen alone: their field's label comes first.
// What one types in to search has no name at all: in a box of several it is the label, in an opened list « Chercher ».

function name() {
  for (const label of document.querySelectorAll("label[for]")) {
    const box = document.querySelector(`#${CSS.escape(label.htmlFor)}.select2-hidden-accessible + .select2 .select2-selection`);
    const chosen = box?.querySelector(".select2-selection__rendered");
    if (!box) continue;
    label.id ||= `label-${label.htmlFor}`;
    box.setAttribute("aria-labelledby", [label.id, chosen?.id].filter(Boolean).join(" "));
    chosen?.setAttribute("aria-labelledby", label.id);
    box.querySelector(".select2-search__field")?.setAttribute("aria-labelledby", label.id);
  }
}
window.django?.jQuery?.(name); // after Django's own, which makes the boxes when the document is ready
document.addEventListener("formset:added", () => setTimeout(name));
document.addEventListener("focusin", ({ target }) => {
  if (target.matches(".select2-search--dropdown .select2-search__field")) target.setAttribute("aria-label", "Chercher");
});
