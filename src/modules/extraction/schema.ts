import { type Static, t } from 'elysia';

const id = t.String({ format: 'uuid' });

export const JobParams = t.Object({ jobId: id });
export const PersonParams = t.Object({ id, extractedId: id });
export const ResumeHeaders = t.Object({ 'last-event-id': t.Optional(t.String({ maxLength: 40 })) });

const item = {
  id: t.String(),
  name: t.String(),
  description: t.Nullable(t.String()),
  initial: t.Nullable(t.String()),
  avatar_url: t.Nullable(t.String()),
  character_id: t.Nullable(t.String()),
  order_index: t.Integer(),
};
const Item = t.Object(item);
const ListItem = t.Object({ ...item, is_public: t.Boolean() });

const Status = t.Union([
  t.Literal('in_progress'),
  t.Literal('completed'),
  t.Literal('cancelled'),
  t.Literal('failed'),
  t.Literal('error'),
]);

/** `extraction_status` is there while a search runs and for a while after it; `job_id` only while it runs. */
export const Grid = t.Object({
  items: t.Array(ListItem),
  extraction_status: t.Optional(Status),
  job_id: t.Optional(t.String()),
});

export const Rebuilt = t.Object({ items: t.Array(Item), created: t.Integer() });
export const Queued = t.Object({ job_id: t.String(), status: t.Union([t.Literal('queued'), t.Literal('running')]) });
export const RebuiltPerson = t.Object({ item: Item });

export const ExtractJob = t.Object({
  kind: t.Literal('extract_characters'),
  story_id: t.String(),
  status: t.Union([
    t.Literal('queued'),
    t.Literal('running'),
    t.Literal('done'),
    t.Literal('error'),
    t.Literal('cancelled'),
  ]),
  stage: t.Union([
    t.Literal('starting'),
    t.Literal('clearing'),
    t.Literal('extracting'),
    t.Literal('done'),
    t.Literal('cancelled'),
  ]),
  created: t.Integer(),
  error_message: t.Nullable(t.String()),
  cancelled: t.Boolean(),
  total_windows: t.Integer(),
  processed_windows: t.Integer(),
  last_error: t.Optional(t.String()),
});

const Summary = t.Object({
  extracted_rows: t.Integer(),
  characters: t.Integer(),
  chat_rooms: t.Integer(),
  chat_messages: t.Integer(),
  chat_message_edits: t.Integer(),
  character_settings: t.Integer(),
  character_example_dialogues: t.Integer(),
  character_likes: t.Integer(),
  character_comments: t.Integer(),
  character_bookmarks: t.Integer(),
  memory_notes: t.Integer(),
  character_tags: t.Integer(),
  redis_keys: t.Integer(),
});

export const Deleted = t.Object({ deleted: t.Literal(true), summary: Summary });
/** `message` is how the job ended: `cancelled`, unless it had ended otherwise before. */
export const Cancelled = t.Object({ message: t.String(), summary: t.Nullable(Summary) });

export type ExtractionStatus = Static<typeof Status>;
export type ItemView = Static<typeof Item>;
export type ListItemView = Static<typeof ListItem>;
export type GridView = Static<typeof Grid>;
export type ExtractJobView = Static<typeof ExtractJob>;
export type CleanupSummary = Static<typeof Summary>;
