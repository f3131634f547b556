// A column copied from a spreadsheet and pasted into one field goes down the column, one line a field.
document.addEventListener("paste", (event) => {
  const field = event.target.closest("input.fills-down");
  const lines = event.clipboardData?.getData("text/plain").split(/\r?\n/).map((line) => line.trim()) ?? [];
  while (lines.length && !lines.at(-1)) lines.pop();
  if (!field || lines.length < 2) return;
  event.preventDefault();
  const column = [...document.querySelectorAll("input.fills-down")];
  const below = column.slice(column.indexOf(field));
  lines.slice(0, below.length).forEach((line, place) => {
    if (!line) return;
    below[place].value = line;
    below[place].dispatchEvent(new Event("input", { bubbles: true }));
  });
});
