// What Apple, the person at the Mac or the clock would do to a host.
import { busy, notify, send, why } from './api.js'
import { refresh } from './live.js'

const acts = document.querySelector('.acts')

const did = {
  assign: 'Assigned in Apple Business.', unassign: 'The assignment was taken back.', unenroll: 'The Mac is in no MDM any more.',
  enroll: 'The Mac is enrolled in Fleet.', expire_token: 'The device token has expired.', refetch: 'All vitals will be asked for again.',
}

acts?.addEventListener('click', e => {
  const action = e.target.dataset.action
  if (action) busy(e.target, () => act(action))
})

async function act(action) {
  const options = action === 'assign' ? { profile_status: document.getElementById('profile_status').value } : {}
  const answer = await send('POST', `/hosts/${acts.dataset.host}/${action}`, options)
  if (answer.ok) notify('good', did[action])
  else notify('bad', why(answer))
  await refresh()
}

// The window's seconds run on between two refreshes.
setInterval(() => {
  const left = document.getElementById('window')
  if (!left || left.dataset.seconds <= 0) return
  left.dataset.seconds -= 1
  left.textContent = `open, ${left.dataset.seconds} s left`
}, 1000)
