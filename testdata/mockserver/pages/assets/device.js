// The steps of turning on MDM by hand. The button goes, and comes again, with what the server knows.
const steps = document.getElementById('steps')
document.addEventListener('click', e => {
  if (e.target.id !== 'turn-on') return
  if (steps) steps.showModal()
  else location.reload() // the page was opened when there was nothing to turn on
})
