// Keeps the parts of a page that are marked data-live as the server has them now,
// and says so when it can't.
import { notify } from './api.js'

const every = 2000

export async function refresh() {
  let fresh
  try {
    const answer = await fetch(location.href, { signal: AbortSignal.timeout(30_000) })
    if (answer.redirected) return old('You are logged out. Reload the page to log in; what is shown may be old.')
    if (!answer.ok) return old(`The server answered ${answer.status}. What is shown may be old.`)
    fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
  } catch {
    return old('The server does not answer. What is shown may be old.')
  }
  old('')
  for (const part of document.querySelectorAll('[data-live]')) {
    const now = fresh.querySelector(`[data-live="${part.dataset.live}"]`)
    if (now && now.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) part.innerHTML = now.innerHTML
  }
}

// old says once why the page stands still; "" takes that back.
let said = '', notice
function old(why) {
  if (why === said) return
  said = why
  notice?.remove()
  notice = why ? notify('bad', why) : undefined
}

async function run() {
  if (!document.hidden) await refresh()
  setTimeout(run, every)
}
setTimeout(run, every)
