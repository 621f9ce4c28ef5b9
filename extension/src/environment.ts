/** The environment of a program that is started from an editor. */

/** Variables of the editor's own, which mean something else to another program. */
const own = /^(ELECTRON_|VSCODE_|NODE_OPTIONS$|NODE_PATH$)/

/** An editor from a snap keeps under such a name what a variable was outside of it. */
const original = '_VSCODE_SNAP_ORIG'

/** The person's environment, as it was before the editor changed it. */
export function environment(around: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const result: NodeJS.ProcessEnv = {}
  for (const [name, value] of Object.entries(around)) {
    if (!own.test(name) && !name.endsWith(original)) result[name] = value
  }
  for (const [name, value] of Object.entries(around)) {
    if (!name.endsWith(original)) continue
    const restored = name.slice(0, -original.length)
    if (value === '' || value === undefined) delete result[restored]
    else result[restored] = value
  }
  return result
}
