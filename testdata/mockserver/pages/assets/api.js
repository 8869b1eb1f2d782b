// One call of the API, through this server, which adds the token.

// send returns {ok, status, body}; status 0 means that no answer came. A success
// that is not the server's JSON came from something in between and is none.
export async function send(method, path, body) {
  try {
    const answer = await fetch('/page-api' + path, {
      method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
      signal: AbortSignal.timeout(60_000),
    })
    const read = await answer.json().catch(() => undefined)
    return { ok: answer.ok && read !== undefined, status: answer.status, body: read ?? {} }
  } catch {
    return { ok: false, status: 0, body: {} }
  }
}

// reasons maps the field names of a refusal to what is wrong with them.
export function reasons(answer) {
  return Object.fromEntries((answer.body.errors ?? []).map(e => [e.name, e.reason]))
}

// why says in words that no field can show what went wrong.
export function why(answer) {
  switch (answer.status) {
    case 0: return 'The server did not answer. Please try again.'
    case 401: return 'Your API token is no longer good. Please log in again.'
    case 403: return 'Your role may not do this.'
  }
  return 'Could not update. Please try again.'
}

// notify shows a notice and returns it; the region is announced by screen readers. A good one leaves by itself.
export function notify(kind, text) {
  const notice = document.createElement('div')
  notice.className = 'notice ' + kind
  const words = document.createElement('span')
  words.textContent = text
  const close = document.createElement('button')
  close.type = 'button'
  close.textContent = 'Dismiss'
  close.onclick = () => notice.remove()
  notice.append(words, close)
  document.querySelector('#notices').replaceChildren(notice)
  if (kind === 'good') setTimeout(() => { if (!notice.matches(':focus-within, :hover')) notice.remove() }, 8000)
  return notice
}

// complain shows or takes back what is wrong with a field.
export function complain(input, text) {
  const place = document.getElementById(input.id + '-error')
  place.hidden = !text
  if (place.textContent !== text) place.textContent = text
  input.setAttribute('aria-invalid', text ? 'true' : 'false')
}

// busy runs a job once: what is pressed meanwhile does nothing.
export async function busy(button, job) {
  if (button.getAttribute('aria-busy') === 'true') return
  button.setAttribute('aria-busy', 'true')
  try { await job() } finally { button.removeAttribute('aria-busy') }
}

// isWebURL is a whole http or https address, also of a host without a dot.
export function isWebURL(text) {
  if (!/^https?:\/\/[^\s/]/i.test(text)) return false
  try { return new URL(text).hostname !== '' } catch { return false }
}
