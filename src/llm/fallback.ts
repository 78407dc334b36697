import type { Static, TSchema } from 'typebox';
import { composeObject, composeText } from './providers/offline/index.ts';
import { shapeOf } from './shape.ts';
import type { ObjectCall, TextCall } from './tasks.ts';

/** What the offline storyteller says to a call, at once: for a step that must not fail when its model does. */
export function textWithoutModel(call: TextCall): string {
  return composeText(call);
}

/** As `textWithoutModel`, for an object. Throws when a composer does not fit its schema, which tests rule out. */
export function objectWithoutModel<S extends TSchema>(call: ObjectCall, schema: S): Static<S> {
  const checked = shapeOf(schema).check(composeObject(call));
  if (!checked.ok) throw new Error(`offline ${call.task}: ${checked.problems}`);
  return checked.value;
}
