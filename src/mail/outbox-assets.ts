/** Style of the outbox page; it follows the light or dark choice of the reader's system. */
export const OUTBOX_STYLE = `
:root { color-scheme: light dark; --back: #f4f2f8; --card: #fff; --line: #e4e1ec; --ink: #1b1a22; --soft: #75737f; --brand: #5b3fd4; --good: #14794a; --bad: #b3261e }
@media (prefers-color-scheme: dark) { :root { --back: #15141a; --card: #201f27; --line: #35333f; --ink: #eceaf2; --soft: #9d9aa8; --brand: #a594ff; --good: #5fd39a; --bad: #ff8a80 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.5 -apple-system, 'Segoe UI', Roboto, 'Noto Sans KR', 'Malgun Gothic', sans-serif }
main { max-width: 760px; margin: 0 auto; padding: 32px 16px 64px }
header { display: flex; flex-wrap: wrap; gap: 12px; align-items: center; justify-content: space-between }
h1 { margin: 0; font-size: 24px }
.lead { margin: 8px 0 24px; color: var(--soft) }
form { display: flex; gap: 8px; margin: 0 }
input { min-width: 0; padding: 8px 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--card); color: inherit; font: inherit }
button { padding: 8px 16px; border: 0; border-radius: 8px; background: var(--brand); color: var(--card); font: inherit; font-weight: 600; cursor: pointer; white-space: nowrap }
button:disabled { opacity: .5; cursor: default }
:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px }
article { margin: 0 0 16px; padding: 20px; border: 1px solid var(--line); border-radius: 14px; background: var(--card) }
h2 { margin: 0 0 4px; font-size: 17px }
.meta { margin: 0 0 12px; color: var(--soft); font-size: 14px; overflow-wrap: anywhere }
.link { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: center; margin: 0 0 12px; padding: 12px; border: 1px dashed var(--line); border-radius: 10px }
.link a { flex: 1 1 260px; color: var(--brand); font-size: 13px; overflow-wrap: anywhere }
output { flex-basis: 100%; font-size: 14px }
output:empty { display: none }
output.good { color: var(--good) }
output.bad { color: var(--bad) }
details { margin-top: 8px }
summary { color: var(--soft); font-size: 14px; cursor: pointer }
pre { margin: 8px 0 0; padding: 12px; border-radius: 10px; background: var(--back); font: 13px/1.6 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere }
iframe { width: 100%; height: 640px; margin-top: 8px; border: 1px solid var(--line); border-radius: 10px; background: #fff }
.empty { padding: 64px 16px; text-align: center; color: var(--soft) }
`;

/** Posts a link's token to the API and shows the answer beside it. Answers are set as text, never as HTML. */
export const OUTBOX_SCRIPT = `
document.addEventListener('submit', async (event) => {
  const form = event.target.closest('form[data-action]');
  if (!form) return;
  event.preventDefault();
  const reset = form.dataset.action === 'reset';
  const body = reset ? { token: form.dataset.token, new_password: form.elements.password.value } : { token: form.dataset.token };
  const button = form.querySelector('button');
  const output = form.parentElement.querySelector('output');
  button.disabled = true;
  try {
    const response = await fetch(reset ? '/auth/reset-password' : '/auth/verify-email', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-language': document.documentElement.lang },
      body: JSON.stringify(body),
    });
    const answer = await response.json().catch(() => ({}));
    output.className = response.ok ? 'good' : 'bad';
    output.textContent = response.status + ' · ' + (answer.message || answer.detail || response.statusText);
  } catch (error) {
    output.className = 'bad';
    output.textContent = String(error);
  } finally {
    button.disabled = false;
  }
});
`;
