// The form of the end user migration workflow.
import { busy, complain, isWebURL, notify, reasons, send, why } from './api.js'
import { meanwhile, settled, warning } from './meanwhile.js'

const $ = id => document.getElementById(id)
const form = $('migration'), enable = $('enable'), url = $('webhook_url'), payload = $('payload')

const mode = () => form.querySelector('[name=mode]:checked').value

function check() {
  complain(url, enable.checked && !isWebURL(url.value) ? 'Must be a valid URL.' : '')
  return url.getAttribute('aria-invalid') !== 'true'
}

function show() {
  $('enable-word').textContent = enable.checked ? 'Enabled' : 'Disabled'
  $('details').disabled = !enable.checked
  for (const text of form.querySelectorAll('[data-mode]')) text.hidden = text.dataset.mode !== mode()
}

enable.addEventListener('change', () => { show(); if (!enable.checked) complain(url, '') })
form.addEventListener('change', e => { if (e.target.name === 'mode') show() })
url.addEventListener('input', check)

form.addEventListener('submit', e => {
  e.preventDefault()
  if (!check()) return url.focus()
  busy($('save'), save)
})

async function save() {
  if (await meanwhile(form)) return warn()
  const wanted = { enable: enable.checked, mode: mode(), webhook_url: url.value }
  const answer = await send('PATCH', '/config', { mdm: { macos_migration: wanted } })
  if (answer.ok) {
    settled(form)
    return notify('good', 'Successfully updated end user migration.')
  }
  const wrong = reasons(answer)['macos_migration.webhook_url']
  if (!wrong) return notify('bad', why(answer))
  complain(url, wrong)
  url.focus()
}

function warn() {
  show()
  check()
  form.dispatchEvent(new Event('saved', { bubbles: true }))
  notify('bad', warning)
}

// A browser that comes back to the page fills in what was chosen before.
window.addEventListener('pageshow', show)

$('payload-open').addEventListener('click', () => payload.showModal())
