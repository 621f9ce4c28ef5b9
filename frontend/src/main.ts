import { mount } from 'svelte'
import { connect } from './api/connect'
import { createState } from './state/state'
import Window from './views/Window.svelte'

const backend = await connect()
const target = document.getElementById('window')
if (!target) throw new Error('the page has no place for the window')
target.replaceChildren()
mount(Window, { target, props: { shared: createState(backend) } })
