import { describe, expect, test } from 'bun:test';
import { createLogger } from '../../src/lib/log.ts';
import { openLlm } from '../../src/llm/gateway.ts';
import { openModels } from '../../src/llm/models.ts';

describe('the model table', () => {
  test('the default model costs nothing and is the first of the list', () => {
    const models = openModels('llama', '[]');
    expect(models.list()[0]).toEqual({ id: 'standard', upstream: 'llama', pricePoints: 0, contextTokens: 16_384 });
  });

  test.each([
    [undefined, 'standard', 0],
    ['', 'standard', 0],
    ['nobody-knows-this', 'standard', 0],
    ['gemini-2.5-flash', 'gemini-2.5-flash', 0],
    ['Claude-Haiku-4-5-20251001', 'claude-haiku-4-5-20251001', 3],
    ['gpt-5.1', 'gpt-5.1', 5],
    ['gpt-5.2', 'gpt-5.2', 7],
    ['claude', 'standard', 0],
  ])('%p is %s for %i points', (requested, id, pricePoints) => {
    expect(openModels('llama', '[]').find(requested)).toMatchObject({ id, pricePoints, upstream: 'llama' });
  });

  test('where nobody pays, a model that has a price is not taken', () => {
    const models = openModels('llama', '[]');
    expect(models.findFree('gpt-5.2').id).toBe('standard');
    expect(models.findFree('gemini-2.5-flash').id).toBe('gemini-2.5-flash');
  });

  test('LLM_MODELS changes and adds models; a family stands for its unknown members', () => {
    const source = JSON.stringify([
      { id: 'GPT-5.2', upstream: 'openai/gpt-5.2', contextTokens: 400_000 },
      { id: 'claude', upstream: 'anthropic/claude', pricePoints: 2 },
    ]);
    const models = openModels('llama', source);
    expect(models.find('gpt-5.2')).toEqual({
      id: 'gpt-5.2',
      upstream: 'openai/gpt-5.2',
      pricePoints: 7,
      contextTokens: 400_000,
    });
    expect(models.find('claude-unknown')).toMatchObject({ id: 'claude', upstream: 'anthropic/claude', pricePoints: 2 });
  });

  test.each([
    ['no JSON', '{', 'LLM_MODELS is not JSON'],
    ['no array', '{}', 'LLM_MODELS: / must be array'],
    ['no id', '[{"pricePoints": 1}]', 'LLM_MODELS: /0 must have required properties id'],
    ['a negative price', '[{"id": "a", "pricePoints": -1}]', 'LLM_MODELS: /0/pricePoints must be >= 0'],
    ['a misspelt key', '[{"id": "a", "price": 1}]', '/0 must not have additional properties'],
    ['a default model with a price', '[{"id": "standard", "pricePoints": 1}]', 'LLM_MODELS: the price of "standard"'],
  ])('refuses %s', (_, source, message) => {
    expect(() => openModels('llama', source)).toThrow(message);
  });
});

describe('the gateway', () => {
  const none = { baseUrl: '', apiKey: '', model: '', fallbackModel: '', models: '[]', offlineCharsPerSecond: 0 };
  const log = createLogger('silent');

  test('is offline without configuration, and says so', () => {
    expect(openLlm(none, log).describe()).toEqual({ provider: 'offline', model: 'offline' });
  });

  test('names provider and model', () => {
    const llm = openLlm({ ...none, baseUrl: 'http://127.0.0.1:1/v1', model: 'llama' }, log);
    expect(llm.describe()).toEqual({ provider: 'openai-compatible', model: 'llama' });
  });

  test.each([
    [{ apiKey: 'secret-value' }, 'LLM_BASE_URL is not set'],
    [{ model: 'llama' }, 'LLM_BASE_URL is not set'],
    [{ baseUrl: 'http://127.0.0.1:1/v1' }, 'LLM_MODEL is not set'],
    [{ baseUrl: 'ftp://127.0.0.1', model: 'llama' }, 'LLM_BASE_URL must be'],
    [{ baseUrl: 'localhost', model: 'llama' }, 'LLM_BASE_URL must be'],
  ])('refuses half a configuration: %j', (given, message) => {
    expect(() => openLlm({ ...none, ...given }, log)).toThrow(message);
  });
});
