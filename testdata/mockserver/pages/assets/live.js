// Keeps the parts of a page that are marked data-live as the server has them now,
// and says so when it can't.
import { notify } from './api.js'

const every = 2000

export async function refresh() {
  let fresh
  try {
    const answer = await fetch(location.href, { signal: AbortSignal.timeout(30_000) })
    if (answer.redirected) return old('You are logged out. Reload the page to log in; what is shown may be old.')
    if (answer.status === 401) { // of My device, whose address holds the key; asking on would count as guessing
      over = true
      return old('This link is no longer good. What is shown may be old.')
    }
    if (!answer.ok) return old(`The server answered ${answer.status}. What is shown may be old.`)
    fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
  } catch {
    return old('The server does not answer. What is shown may be old.')
  }
  old('')
  for (const part of document.querySelectorAll('[data-live]')) {
    const now = fresh.querySelector(`[data-live="${part.dataset.live}"]`)
    if (now && now.innerHTML !== part.innerHTML) replace(part, now)
  }
}

// replace leaves alone what somebody is at, unless that is there no more.
function replace(part, now) {
  const at = part.contains(document.activeElement) && document.activeElement
  if (at && !(at.id && !now.querySelector('#' + at.id))) return
  part.innerHTML = now.innerHTML
  if (at) document.getElementById('main').focus()
}

// old says once why the page stands still; "" takes that back.
let said = '', notice
function old(why) {
  if (why === said) return
  said = why
  notice?.remove()
  notice = why ? notify('bad', why) : undefined
}

let over = false
async function run() {
  if (!document.hidden) await refresh()
  if (!over) setTimeout(run, every)
}
setTimeout(run, every)
