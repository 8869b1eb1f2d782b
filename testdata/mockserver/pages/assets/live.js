// Keeps the parts of a page that are marked data-live as the server has them now.
const every = 2000

export async function refresh() {
  let fresh
  try {
    const answer = await fetch(location.href)
    if (!answer.ok || answer.redirected) return
    fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
  } catch {
    return // the server is away; what is shown stays until it is back
  }
  for (const old of document.querySelectorAll('[data-live]')) {
    const now = fresh.querySelector(`[data-live="${old.dataset.live}"]`)
    if (now && now.innerHTML !== old.innerHTML && !old.contains(document.activeElement)) old.innerHTML = now.innerHTML
  }
}

setInterval(() => { if (!document.hidden) refresh() }, every)
