import { etagOf } from '../../lib/etag.ts';
import { prices } from '../points/prices.ts';
import type { ChapterRow } from './queries.ts';
import type { ChapterView } from './schema.ts';

/** A chapter as its reader gets it; a locked one is read without text and images (`findPage`). */
export function viewChapter(row: Omit<ChapterRow, 'revision'>, locked: boolean): ChapterView {
  return {
    id: row.id,
    story_id: row.storyId,
    no: row.no,
    title: row.title,
    content: row.content,
    image_url: row.imageUrl,
    view_count: row.viewCount,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    locked,
    price: locked ? prices.chapterPoints : 0,
  };
}

export type Tagged = { view: ChapterView; etag: string };

/** A whole chapter with its entity tag. */
export function tagged(row: ChapterRow): Tagged {
  return { view: viewChapter(row, false), etag: etagOf(row.revision) };
}
