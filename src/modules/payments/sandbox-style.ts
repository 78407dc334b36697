/** Style of the sandbox's checkout page; it follows the light or dark choice of the reader's system. */
export const SANDBOX_STYLE = `
:root { color-scheme: light dark; --back: #f4f2f8; --card: #fff; --line: #e4e1ec; --ink: #1b1a22; --soft: #6b6975; --brand: #5b3fd4; --on-brand: #fff; --good: #14794a; --bad: #b3261e }
@media (prefers-color-scheme: dark) { :root { --back: #15141a; --card: #201f27; --line: #35333f; --ink: #eceaf2; --soft: #a5a2b0; --brand: #a594ff; --on-brand: #1b1a22; --good: #5fd39a; --bad: #ff8a80 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--back); color: var(--ink); font: 16px/1.5 -apple-system, 'Segoe UI', Roboto, 'Apple SD Gothic Neo', 'Noto Sans KR', 'Malgun Gothic', sans-serif; word-break: keep-all; overflow-wrap: anywhere }
main { width: 100%; max-width: 440px; padding: 24px 16px }
header { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; justify-content: space-between; margin-bottom: 16px }
.brand { color: var(--brand); font-size: 20px; font-weight: 700; letter-spacing: .02em }
.badge { padding: 4px 10px; border: 1px solid var(--line); border-radius: 999px; color: var(--soft); font-size: 13px }
section { padding: 28px; border: 1px solid var(--line); border-radius: 18px; background: var(--card); box-shadow: 0 12px 32px rgb(20 10 60 / .06) }
h1 { margin: 0; font-size: 22px; line-height: 1.35 }
.points { margin: 4px 0 20px; color: var(--brand); font-weight: 600 }
dl { margin: 0 0 24px; padding-top: 16px; border-top: 1px solid var(--line) }
dl div { display: flex; gap: 16px; align-items: baseline; justify-content: space-between; padding: 4px 0 }
dt { flex: none; color: var(--soft); font-size: 14px }
dd { margin: 0; text-align: right }
.amount { font-size: 20px; font-weight: 700; font-variant-numeric: tabular-nums }
code { color: var(--soft); font: 12px/1.5 ui-monospace, monospace; word-break: break-all }
form { margin: 0 0 10px }
form:last-child { margin: 0 }
button, .back { display: block; width: 100%; padding: 14px; border: 1px solid var(--line); border-radius: 12px; background: transparent; color: var(--ink); font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer }
button.pay, .back { border-color: var(--brand); background: var(--brand); color: var(--on-brand) }
button.fail { color: var(--bad) }
button:hover, .back:hover { filter: brightness(1.06) }
:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px }
.state { margin: 0 0 16px; font-weight: 600; text-align: center }
.state.success { color: var(--good) }
.state.failed { color: var(--bad) }
.note { margin: 16px 4px 0; color: var(--soft); font-size: 13px }
`;
