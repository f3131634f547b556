// The desk's helps; everything works without.

// A mail shown before it leaves follows the reason that is chosen and typed.
const PLACE = "[votre motif]";

for (const mail of document.querySelectorAll("pre[data-reason]")) {
  const form = mail.closest("form");
  const text = mail.textContent;
  const show = () => {
    const chosen = form.querySelector("input[type=radio]:checked");
    const phrase = chosen ? chosen.closest("label").textContent.trim() : "";
    const words = form.querySelector("textarea")?.value.trim() ?? "";
    const reason = [phrase, words].filter(Boolean).join(" ");
    mail.textContent = text.replaceAll(PLACE, reason || PLACE);
    if (reason && mail.parentElement.matches("details")) mail.parentElement.open = true;
  };
  form.addEventListener("input", show);
  show();
}

// The seconds left to take an answer back; then the line goes.
for (const count of document.querySelectorAll("[data-seconds]")) {
  let left = Number(count.dataset.seconds);
  const timer = setInterval(() => {
    left -= 1;
    count.textContent = left;
    if (left <= 0) {
      clearInterval(timer);
      count.closest("form").remove();
    }
  }, 1000);
}
