// The steps of turning on MDM by hand.
const steps = document.getElementById('steps')
document.getElementById('turn-on').addEventListener('click', () => steps.showModal())
