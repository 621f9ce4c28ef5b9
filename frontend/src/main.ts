import { mount } from 'svelte'
import { connect } from './api/connect'
import { createState } from './state/state'
import Root from './views/Root.svelte'

const backend = await connect()
const target = document.getElementById('window')
if (!target) throw new Error('the page has no place for the window')
target.replaceChildren()
mount(Root, { target, props: { shared: createState(backend) } })
