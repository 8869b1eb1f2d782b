// The preview: asks for a drawing of what the controls say, and shows it apart from the page's own style.
const section = document.querySelector('[data-preview]')
const stage = document.getElementById('stage'), note = document.getElementById('preview-note')
const shadow = stage.attachShadow({ mode: 'open' })
const style = document.createElement('link')
style.rel = 'stylesheet'
style.href = '/assets/preview.css'
const place = document.createElement('div')
place.inert = true // a picture of buttons, not buttons
shadow.append(style, place)

function wanted() {
  const query = new URLSearchParams()
  for (const input of section.querySelectorAll('input:checked, select')) query.set(input.name, input.value)
  for (const input of document.querySelectorAll('[name=mode]:checked, [name=org_name], [name=contact_url]')) query.set(input.name, input.value)
  return query
}

let latest = 0
async function draw() {
  const mine = ++latest, query = wanted()
  tell(document.getElementById('moment-when'), section.querySelector('[name=moment]').selectedOptions[0].title)
  try {
    const answer = await fetch('/preview?' + query, { headers: { Accept: 'application/json' } })
    if (!answer.ok) throw new Error(answer.statusText)
    const drawn = await answer.json()
    if (mine !== latest) return // an older answer that came late
    place.innerHTML = drawn.html // made and escaped by the server
    tell(note, drawn.note)
  } catch {
    if (mine !== latest) return
    tell(note, 'The preview could not be drawn.')
  }
  stage.classList.toggle('dark', query.get('appearance') === 'dark')
  stage.setAttribute('aria-label', 'Preview: ' + place.innerText.replace(/\s+/g, ' ').trim())
  stage.dataset.drawn = query
}

function tell(place, text) {
  place.hidden = !text
  place.textContent = text
}

let timer
function soon() {
  clearTimeout(timer)
  timer = setTimeout(draw, 200)
}

document.addEventListener('change', e => { if (e.target.closest('[data-preview]') || e.target.name === 'mode') draw() })
document.addEventListener('input', e => { if (['org_name', 'contact_url'].includes(e.target.name)) soon() })
document.addEventListener('saved', draw)
window.addEventListener('pageshow', draw) // when a browser that comes back has filled the form in
