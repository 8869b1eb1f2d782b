// The form of the organization's name, logos and contact link.
import { busy, complain, isWebURL, notify, reasons, send, why } from './api.js'
import { meanwhile, settled, warning } from './meanwhile.js'

const form = document.getElementById('organization')
const field = name => form.elements[name]
const logos = ['org_logo_url', 'org_logo_url_light_background']
const names = ['org_name', ...logos, 'contact_url']

// problem says what is wrong with a field, before the server has to.
function problem(name) {
  const text = field(name).value.trim()
  if (name === 'org_name') return text ? '' : 'Organization name must be present.'
  if (!text || isWebURL(text)) return ''
  if (name === 'contact_url' && /^(mailto|tel):[^/\s]\S*$/i.test(text)) return ''
  return 'Must be a valid URL.'
}

for (const name of names) field(name).addEventListener('input', () => complain(field(name), problem(name)))

form.addEventListener('submit', e => {
  e.preventDefault()
  for (const name of names) complain(field(name), problem(name))
  const first = names.find(problem)
  if (first) return field(first).focus()
  busy(document.getElementById('save'), save)
})

async function save() {
  if (await meanwhile(form)) {
    form.dispatchEvent(new Event('saved', { bubbles: true }))
    return notify('bad', warning)
  }
  const wanted = Object.fromEntries(names.map(name => [name, field(name).value.trim()]))
  const answer = await send('PATCH', '/config', { org_info: wanted })
  if (answer.ok) {
    field('contact_url').value = answer.body.org_info.contact_url // the server fills an empty one in
    settled(form)
    form.dispatchEvent(new Event('saved', { bubbles: true }))
    return notify('good', 'Successfully updated organization info.')
  }
  const wrong = reasons(answer), first = names.find(name => wrong[name])
  if (!first) return notify('bad', why(answer))
  complain(field(first), wrong[first])
  field(first).focus()
}
