// Long work: reads the page again every few seconds until it has ended, and reloads it then; without it, « Actualiser ».
const region = () => document.querySelector("#progress[data-again]");

async function again() {
  if (!region()) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#progress");
    if (!fresh || !fresh.dataset.again) return location.reload();
    if (fresh.innerHTML !== region().innerHTML) region().innerHTML = fresh.innerHTML;
  } catch { /* the network will come back */ }
  setTimeout(again, Number(region().dataset.again));
}

if (region()) setTimeout(again, Number(region().dataset.again));
