import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/tx.ts';
import type { Actor, Member } from '../../lib/actor.ts';
import { loadVisible, requireOwner, seesAll } from '../characters/access.ts';
import { hiddenImages, holdPicture, setPicture } from '../characters/picture.ts';
import { loadVisibleStory, requireStoryOwner } from '../stories/access.ts';
import { holdStoryCover, setStoryCover } from '../stories/picture.ts';
import type { EntityRef } from './schema.ts';

type Held = { creatorId: string; pictureUrl: string | null };

/** What a gallery needs of the thing it belongs to. Each verb throws the errors of that thing's own module. */
type Entity = {
  /** Refuses who may not see it; gives the addresses that this caller must not be shown. */
  look(ctx: Ctx, actor: Actor, id: string): Promise<Set<string>>;
  hold(tx: Tx, id: string): Promise<Held | undefined>;
  own(actor: Member, held: Held | undefined): Held;
  setPicture(tx: Tx, id: string, url: string | null, now: Date): Promise<void>;
};

export const entities: Record<EntityRef['type'], Entity> = {
  character: {
    async look(ctx, actor, id) {
      const character = await loadVisible(ctx, actor, id);
      return seesAll(actor, character) ? new Set() : hiddenImages(ctx, id);
    },
    hold: holdPicture,
    own: requireOwner,
    setPicture,
  },
  story: {
    async look(ctx, actor, id) {
      await loadVisibleStory(ctx, actor, id);
      return new Set();
    },
    hold: holdStoryCover,
    own: requireStoryOwner,
    setPicture: setStoryCover,
  },
};
