import { expect, test } from 'bun:test';
import { checkReadme, hasVariableTable } from '../../scripts/check/readme.ts';
import { deepestMessage, explain, StartFailure } from '../../scripts/services/failure.ts';
import { countLine, readReport } from '../../scripts/services/junit.ts';
import { screen } from '../../scripts/services/screen.ts';
import { loadConfig } from '../../src/config.ts';

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bun test" tests="6" assertions="1" failures="2" skipped="1" time="0.01">
  <testsuite name="a.test.ts" file="a.test.ts" tests="4" assertions="1" failures="1" skipped="1" time="0.001">
    <testcase name="ok" classname="" time="0.00" file="a.test.ts" line="2" assertions="0" />
    <testcase name="bad &amp; &lt;x&gt;" classname="" time="0.00" file="a.test.ts" line="7" assertions="1">
      <failure type="AssertionError" message="no">no</failure>
    </testcase>
    <testcase name="later" classname="" time="0" file="a.test.ts" line="9" assertions="0">
      <skipped />
    </testcase>
    <testcase name="last" classname="group" time="0" file="a.test.ts" line="12" assertions="0">
      <failure type="Error" message="no">no</failure>
    </testcase>
  </testsuite>
</testsuites>`;

test('a test report is counted and its failures are named', () => {
  const counts = readReport(REPORT);
  expect(counts).toEqual({
    passed: 3,
    failed: 2,
    skipped: 1,
    failures: [
      { file: 'a.test.ts:7', name: 'bad & <x>' },
      { file: 'a.test.ts:12', name: 'group > last' },
    ],
  });
  expect(countLine(counts)).toBe('3 passed, 2 failed, 1 skipped');
  expect(countLine({ ...counts, skipped: 0 })).toBe('3 passed, 2 failed');
  expect(readReport('')).toEqual({ passed: 0, failed: 0, skipped: 0, failures: [] });
});

test("the README's table of variables has to name just those that there are", () => {
  const readme = ['| name | default |', '| --- | --- |', '| `PORT` | 8000 |', '| `OLD_ONE` | |', '| `PORT` | |'].join(
    '\n',
  );
  expect(hasVariableTable(readme)).toBe(true);
  expect(hasVariableTable('# Fabula\n\nSet `PORT`.')).toBe(false);
  expect(checkReadme(readme, ['PORT', 'HOST'])).toEqual([
    'HOST is not in README.md',
    'OLD_ONE is in README.md, not in src/config.ts',
    'PORT is twice in README.md',
  ]);
});

test('an expected failure is one sentence and the lines of a log, an unexpected one keeps its trace', () => {
  expect(explain(new StartFailure('It did not start.', ['line 1']))).toBe('It did not start.\n  | line 1');
  expect(explain(new Error('a bug'))).toContain('reports.test.ts');
  expect(deepestMessage(new Error('query', { cause: new Error('reason\nmore') }))).toBe('reason');
});

test('the screen shows what is real, and no demo account in production', () => {
  const urls = { DATABASE_URL: 'postgres://u:hidden@db/x', REDIS_URL: 'redis://r' };
  const show = (env: Record<string, string>) =>
    screen({
      config: loadConfig({ ...urls, ...env }),
      origin: 'http://localhost:8000',
      postgres: 'given, db:5432/x',
      redis: 'given, r:6379',
      logs: '.data/logs',
      seconds: '1.0',
    });
  const development = show({});
  expect(development).toContain('demo@fabula.example / Demo1234');
  expect(development).toContain('offline (not a model)');
  expect(development).toContain('http://localhost:8000/dev/outbox');
  expect(development).not.toContain('hidden');
  const production = show({
    NODE_ENV: 'production',
    PAYMENT_WEBHOOK_SECRET: `whsec_${btoa('payment secret of 24 byte')}`,
    JWT_SECRET_KEY: 'x'.repeat(40),
    RESEND_API_KEY: 're_hidden',
    LLM_BASE_URL: 'https://models.example/v1',
    LLM_MODEL: 'writer-1',
  });
  expect(production).not.toContain('Demo1234');
  expect(production).not.toContain('outbox');
  expect(production).not.toContain('re_hidden');
  expect(production).toContain('real: writer-1 at models.example');
});
