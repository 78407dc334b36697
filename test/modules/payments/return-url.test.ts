import { expect, test } from 'bun:test';
import { resolveReturnUrl } from '../../../src/modules/payments/return-url.ts';

const dev = { frontendBaseUrl: 'http://localhost:5173', production: false };
const live = { frontendBaseUrl: 'https://fabula.example', production: true };
test.each([
  [undefined, 'http://localhost:5173/ruby/charge', 'https://fabula.example/ruby/charge'],
  ['', 'http://localhost:5173/ruby/charge', 'https://fabula.example/ruby/charge'],
  ['/', 'http://localhost:5173/', 'https://fabula.example/'],
  ['/shop?x=1#top', 'http://localhost:5173/shop?x=1', 'https://fabula.example/shop?x=1'],
  ['/../../x', 'http://localhost:5173/x', 'https://fabula.example/x'],
  ['/@evil.example', 'http://localhost:5173/@evil.example', 'https://fabula.example/@evil.example'],
  ['http://localhost:5173/ruby/charge', 'http://localhost:5173/ruby/charge', undefined],
  ['http://localhost:3000/a', 'http://localhost:3000/a', undefined],
  ['https://127.0.0.1:9/a', 'https://127.0.0.1:9/a', undefined],
  ['http://[::1]:9/a', 'http://[::1]:9/a', undefined],
  ['https://fabula.example/a', undefined, 'https://fabula.example/a'],
  ['HTTPS://FABULA.EXAMPLE/a', undefined, 'https://fabula.example/a'],
  ['https://fabula.example:443/a', undefined, 'https://fabula.example/a'],
  ...[
    ...[
      '//evil.example',
      '///evil.example',
      '/\\evil.example',
      '\\\\evil.example',
      '/\t/evil.example',
      '/\n/evil.example',
      ' //evil.example',
    ],
    ...[
      'https://evil.example',
      'http://fabula.example/',
      'https://fabula.example:8443/',
      'https://fabula.example.evil.example/',
    ],
    ...[
      'https://evil.example/https://fabula.example/',
      'https://fabula.example@evil.example/',
      'https://user:pw@fabula.example/',
    ],
    ...[
      'http://localhost:5173@evil.example/',
      'http://localhost.evil.example/',
      'http://evil.example#http://localhost:5173/',
      'http://user@localhost:5173/',
    ],
    ...[
      'javascript:alert(1)',
      'data:text/html,x',
      'ftp://localhost/',
      'file:///etc/passwd',
      'evil.example',
      'ruby/charge',
      'https:evil.example',
      'https:/evil.example',
      'http://',
      'https://fabula.example\\@evil.example/',
    ],
  ].map((given) => [given, undefined, undefined] as const),
] as const)('%p: in development %p, in production %p', (given, inDevelopment, inProduction) => {
  expect(resolveReturnUrl(dev, given)).toBe(inDevelopment);
  expect(resolveReturnUrl(live, given)).toBe(inProduction);
});
