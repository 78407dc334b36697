import { Elysia, ParseError, ValidationError } from 'elysia';
import type { Ctx } from '../context.ts';
import { type AppError, fail } from '../lib/errors.ts';
import { connectionOf } from './connection.ts';
import { problemResponse, toAppError } from './problem.ts';
import { validationProblem, wantsFieldList } from './validation.ts';

/** Which methods a path answers to; empty when there is no such path. */
export type AllowedMethods = (path: string) => string[];

/** Turns every error of every route into a problem document, and writes the unknown ones into the log. */
export function errors(ctx: Ctx, allowedMethods: () => AllowedMethods) {
  return new Elysia({ name: 'errors' }).onError({ as: 'global' }, ({ error, code, request, path }) => {
    const { language, requestId } = connectionOf(request);
    const known = (): AppError => {
      if (error instanceof ValidationError) return validationProblem(error, request.url, language);
      if (code === 'NOT_FOUND') return missing(allowedMethods()(path));
      if (error instanceof ParseError && !(error.cause instanceof Error)) return fail('http.malformed_json');
      return toAppError(error);
    };
    const problem = known();
    if (problem.status >= 500)
      ctx.log.error('request failed', {
        request_id: requestId,
        path,
        code: problem.code,
        error: problem.options.cause ?? problem,
      });
    return problemResponse(problem, language, requestId, wantsFieldList(request.method, path));
  });
}

function missing(methods: string[]): AppError {
  if (methods.length === 0) return fail('http.not_found');
  return fail('http.method_not_allowed', { headers: { allow: methods.join(', ') } });
}
