// <input type="file" data-preview>: the photo chosen is shown, to be looked at before it leaves. It stays in the page.

function preview(input) {
  input.parentElement.querySelector(".preview")?.remove();
  const [file] = input.files;
  if (!file?.type.startsWith("image/")) return;
  const figure = Object.assign(document.createElement("figure"), { className: "preview" });
  const image = Object.assign(new Image(), { alt: "La photo que vous avez choisie", src: URL.createObjectURL(file) });
  const words = Object.assign(document.createElement("figcaption"), { textContent: "Lisible ? On doit voir toute la pièce et lire chaque mot. Sinon, choisissez une autre photo." });
  image.addEventListener("load", () => URL.revokeObjectURL(image.src));
  image.addEventListener("error", () => figure.remove()); // a kind of picture that this browser does not show
  figure.append(image, words);
  input.after(figure);
}

document.addEventListener("change", (event) => { if (event.target.matches("[data-preview]")) preview(event.target); });
