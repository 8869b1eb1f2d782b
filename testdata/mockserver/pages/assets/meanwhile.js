// Two people may have the same form open. What a page was opened with are the
// defaults of its fields; this compares them with what the server has now.

// meanwhile reports whether somebody else has saved since. Fields that were not
// touched show theirs then, and the next question is about what comes after.
export async function meanwhile(form) {
  const fresh = await stored(form)
  if (!fresh) return false // logged out, or no answer: saving says so itself
  let changed = false
  for (const field of fields(form)) {
    const now = fields(fresh).find(f => f.name === field.name && (!picked(f) || f.value === field.value))
    if (!now) continue
    const of = picked(field) ? 'defaultChecked' : 'defaultValue'
    changed ||= field[of] !== now[of]
    field[of] = now[of]
  }
  return changed
}

// settled makes what the form shows what it is compared with from now on.
export function settled(form) {
  for (const field of fields(form)) {
    if (picked(field)) field.defaultChecked = field.checked
    else field.defaultValue = field.value
  }
}

const fields = form => [...form.elements].filter(f => f.name && f.matches('input'))
const picked = field => ['checkbox', 'radio'].includes(field.type)

async function stored(form) {
  try {
    const answer = await fetch(location.href, { signal: AbortSignal.timeout(10_000) })
    if (!answer.ok || answer.redirected) return null
    return new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById(form.id)
  } catch {
    return null
  }
}

export const warning = 'Somebody else changed these settings meanwhile. Fields that you had not touched show theirs now. Save again to store what you see.'
