import './styles/fonts.ts'

/** Starts the page: below /unit a unit's own, else what the desk and the walls see. Neither loads the other. */
if (/^\/unit(\/|$)/.test(location.pathname)) void import('./unit/start-unit.ts').then(({ startUnit }) => startUnit())
else void import('./start-screens.ts').then(({ startScreens }) => startScreens())
